"""A page taken apart as a browser would do it."""

from html.parser import HTMLParser
from pathlib import Path

from tests.unit.worker.reports.listening import as_file
from tests.unit.worker.reports.runs import Story
from tests.unit.worker.reports.whole import a_whole_run


class Page(HTMLParser):
    """What a browser would make of the page: elements, attributes, and the texts of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.data: dict[str, str] = {}
        self.texts: list[str] = []
        self._inside = ""
        self.feed(text)

    @property
    def script(self) -> str:
        """The page's own script."""
        return self.data["script"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append(tag)
        self.attributes += attrs
        self._inside = dict(attrs).get("id") or ("script" if tag == "script" else "")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """A text."""
        if self._inside:
            self.data[self._inside] = self.data.get(self._inside, "") + data
        self.texts.append(data)


async def page_of(folder: Path, story: Story | None = None) -> Page:
    """The page of this story; of the one in which everything happens if none is given."""
    return Page(await as_file("html", story or a_whole_run(), folder))
