"""Parts of a log that a CI folds, so that what went wrong is not buried in what went well."""

import re

from worker.clock import Clock, SystemClock

#: Ends a section for GitLab, and takes its marks off the screen.
_CLEAR = "\r\x1b[0K"


class Folding:
    """Nothing is folded. Each method gives the lines to write."""

    def opening(self, title: str) -> list[str]:
        """What begins a part with this title; the title itself is shown by it."""
        return [title, ""]

    def deafening(self) -> list[str]:
        """What keeps this CI from obeying what follows, up to the `ending`."""
        return []

    def closing(self) -> list[str]:
        """What ends the part."""
        return []

    def ending(self) -> list[str]:
        """What ends all of it."""
        return []


class GitHubFolding(Folding):
    """Groups of GitHub Actions.

    GitHub obeys lines that begin with `::`, also where an API under test has answered them. So it is
    told to obey nothing but our own lines, until a word comes that nobody can guess.
    """

    def __init__(self, word: str = "") -> None:
        self._word = word or _nobody_knows()
        self._is_open = False

    def opening(self, title: str) -> list[str]:
        """The title is what is seen of a folded group."""
        return [f"::group::{title}", *self.deafening()]

    def closing(self) -> list[str]:
        """What follows is seen at once, and still not obeyed."""
        return [*self.ending(), "::endgroup::", *self.deafening()]

    def ending(self) -> list[str]:
        """From here on GitHub listens again."""
        heard = [f"::{self._word}::"] if self._is_open else []
        self._is_open = False
        return heard

    def deafening(self) -> list[str]:
        """From here on only one word is heard."""
        self._is_open = True
        return [f"::stop-commands::{self._word}"]


class GitLabFolding(Folding):
    """Sections of GitLab's job logs."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._section = ""

    def opening(self, title: str) -> list[str]:
        """A section that begins folded, under its title."""
        self._section = f"baton_{re.sub(r'[^a-z0-9]+', '_', title.lower())[:40]}"
        mark = f"section_start:{self._now()}:{self._section}[collapsed=true]"
        return [f"\x1b[0K{mark}{_CLEAR}{title}"]

    def closing(self) -> list[str]:
        """The end of the section."""
        return [f"\x1b[0Ksection_end:{self._now()}:{self._section}{_CLEAR}"]

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _nobody_knows() -> str:
    """A word that no server can have in an answer."""
    from secrets import token_hex

    return token_hex(16)
