"""`row` and `params` of a test in a script: some of their values may be known only in a run."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from context.compiling import plain_text
from context.errors import ContextError
from context.templating import names_in
from context.values import JsonValue
from worker.http.render import Render

Fill = Callable[[JsonValue], JsonValue]

#: What a test with rows, and one that takes over others, call what they were given.
_ROOTS = ("row", "params")

#: The name of such a value: its root, and which one of it; all of them where there is no second part.
_Path = tuple[str, ...]


@dataclass(slots=True)
class LateNames:
    """What `row` and `params` hold. `known` are names of templates; what is not known, such as a secret
    of a row, is not among them: its text with marks in it stands wherever the name does."""

    known: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    _marked: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    _written: dict[str, Mapping[str, JsonValue]] = field(default_factory=dict)

    def learn(self, written: Mapping[str, JsonValue], fill: Fill, render: Render) -> None:
        """Take over what was written for a test; parameters may be made of those before them."""
        for root in _ROOTS:
            values = written.get(root)
            if isinstance(values, dict):
                self._written[root] = values
                self.known[root], self._marked[root] = {}, {}
                for name, value in values.items():
                    self._learn(root, name, value, fill, render)

    def _learn(self, root: str, name: str, value: JsonValue, fill: Fill, render: Render) -> None:
        try:
            if not self.are_in(value):
                self.known[root][name] = fill(value)
                return
        except ContextError:
            pass  # that it is late is all there is to know
        self._marked[root][name] = render(value, field=f"{root}.{name}")

    def are_in(self, value: JsonValue) -> bool:
        """Whether a value cannot be filled because it speaks of something that is not known."""
        if isinstance(value, dict):
            return any(self.are_in(each) for pair in value.items() for each in pair)
        if isinstance(value, list):
            return any(map(self.are_in, value))
        return isinstance(value, str) and any(self._of(value))

    def of(self, text: str) -> JsonValue:
        """The value with its marks, where a text is nothing but the name of one; else None."""
        plain = plain_text(text)
        path = tuple(map(str, plain.whole)) if plain and plain.whole else ()
        if path not in self._of(text):
            return None
        root, *name = path
        found = {**self.known[root], **self._marked[root]}
        return found[name[0]] if name else {each: found[each] for each in self._written[root]}

    def spelled_out(self, expression: str) -> str:
        """An expression with what was written in place of the names: two rows are two variables."""
        for root, *name in self._of(f"{{{{ {expression} }}}}"):
            of = rf"(?:\.{re.escape(name[0])}|\[(['\"]){re.escape(name[0])}\1\])" if name else ""
            written = self._written[root][name[0]] if name else dict(self._written[root])
            # By a function, because a backslash in the text means nothing.
            expression = re.sub(
                rf"(?<![\w.-]){root}{of}(?![\w-])", partial(_given, _as_expression(written)), expression
            )
        return expression

    def _of(self, text: str) -> Iterator[_Path]:
        for root, *rest in (reference.path for reference in names_in(text)):
            marked = self._marked.get(str(root))
            if marked and not rest:
                yield (str(root),)
            elif marked and rest[0] in marked:
                yield (str(root), str(rest[0]))


def _given(text: str, _: re.Match[str]) -> str:
    return text


def _as_expression(written: JsonValue) -> str:
    """A written value inside of an expression: the one that it is, or its text in quotes."""
    whole = re.fullmatch(r"\{\{((?:(?!\}\}).)*)\}\}", written.strip()) if isinstance(written, str) else None
    return f"({whole.group(1).strip()})" if whole else json.dumps(written, ensure_ascii=False)
