"""Values that are not known before a run, such as tokens: they become variables of the shell."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from typing import NamedTuple

from context.errors import ContextError
from context.values import JsonValue
from worker.cli.exporting.late import Fill, LateNames
from worker.http.render import Render

#: One expression of a template; braces in its quoted texts do not end it.
_EXPRESSION = re.compile(r"""\{\{((?:"[^"]*"|'[^']*'|\}(?!\})|[^}"'])*)\}\}""")
#: The names that an expression begins with.
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\]|\[(?:'[^']*'|\"[^\"]*\")\])*")
#: First words that say only where a value lies.
_ROOMS = re.compile(r"^(?:captured_data|env|secrets|shared_auth_tokens|shared_variables|tokens)(?:\.|(?=\[))")


@dataclass(slots=True)
class Symbols:
    """Expressions that have no value yet, each with a name for the shell.

    While a request is built a mark stands for each: a text that neither JSON nor a URL changes, and
    that a shell has to quote.
    """

    _word: str = field(default_factory=lambda: token_hex(4))
    _names: dict[str, str] = field(default_factory=dict)

    def mark(self, expression: str) -> str:
        """What stands for this expression until the command is written."""
        name = self._names.setdefault(expression, "") or self._name(expression)
        self._names[expression] = name
        return f"~{self._word}.{name}~"

    def within(self, text: str, tongue: str) -> str:
        """A text in which each variable is to be written as its surroundings want it: `json` or `url`."""
        return self._marks().sub(lambda match: f"~{self._word}.{tongue}.{match.group('name')}~", text)

    def found_in(self, text: str) -> list[tuple[str, str]]:
        """Names whose marks are in a text, each with its expression, in their order."""
        names = dict.fromkeys(match.group("name") for match in self._marks().finditer(text))
        expressions = {name: expression for expression, name in self._names.items()}
        return [(name, expressions[name]) for name in names]

    def expressions(self) -> list[tuple[str, str]]:
        """All names, each with its expression, in the order in which they were first met."""
        return [(name, expression) for expression, name in self._names.items()]

    def pieces(self, text: str) -> Iterator[tuple[str, str]]:
        """A text taken apart: what stands before each mark, and its name; at the end one without a name."""
        end = 0
        for match in self._marks().finditer(text):
            yield text[end : match.start()], match.group("name")
            end = match.end()
        yield text[end:], ""

    def in_shell(self, line: str) -> str:
        """A quoted line of shell with variables in place of the marks."""
        opened = self._marks().sub(lambda match: f"'{_variable(match)}'", line)
        # Nothing is left of quotes that held nothing but a mark.
        return re.sub(r"""(?:(?<=\s)|^)''(?="\$)|(?<=[\w)]")''(?=\s|$)""", "", opened)

    def _marks(self) -> re.Pattern[str]:
        return re.compile(rf"~{self._word}\.(?:(?P<tongue>[a-z]+)\.)?(?P<name>[A-Z_][A-Z0-9_]*)~")

    def _name(self, expression: str) -> str:
        name = variable_name(expression)
        taken = set(self._names.values())
        return next(each for each in _numbered(name) if each not in taken)


def _variable(match: re.Match[str]) -> str:
    tongue, name = match.group("tongue"), match.group("name")
    return f'"$({tongue} "${name}")"' if tongue else f'"${name}"'


def variable_name(expression: str) -> str:
    """A name for the shell: `captured_data.login.user_id` is LOGIN_USER_ID, `tokens.access` ACCESS."""
    path = _PATH.search(expression)
    plain = _ROOMS.sub("", path.group()) if path else ""
    name = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_").upper() or "VALUE"
    return f"V_{name}" if name[0].isdigit() else name


def rendering(fill: Fill, symbols: Symbols, late: LateNames) -> Render:
    """Fills templates as far as values are known; the rest are marks."""

    def render(value: JsonValue, *, field: str) -> JsonValue:
        return _filled(value, _Filling(fill, symbols, late, field))

    return render


class _Filling(NamedTuple):
    """What the templates of one field are filled with."""

    fill: Fill
    symbols: Symbols
    late: LateNames
    field: str


def _filled(value: JsonValue, filling: _Filling) -> JsonValue:
    if isinstance(value, dict):
        names = {name: str(_filled(name, filling)) for name in value}
        return {names[name]: _filled(each, filling) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, filling) for each in value]
    if not isinstance(value, str):
        return value
    try:
        if not filling.late.are_in(value):
            return filling.fill(value)
    except ContextError:
        pass  # which part of it is not known is found out now
    whole = _EXPRESSION.fullmatch(value)
    return _expression(whole, filling) if whole else _in_parts(value, filling)


def _in_parts(text: str, filling: _Filling) -> str:
    """Each expression by itself: one that is not known must not hide those that are."""
    if "{%" in text:
        return filling.symbols.mark(filling.field)
    return _EXPRESSION.sub(lambda match: _as_text(_expression(match, filling)), text)


def _expression(match: re.Match[str], filling: _Filling) -> JsonValue:
    """The value of one expression, or a mark for it."""
    text, expression = match.group(), match.group(1).strip()
    try:
        if not filling.late.are_in(text):
            return filling.fill(text)
    except ContextError:
        return filling.symbols.mark(expression)
    marked = filling.late.of(text)
    return filling.symbols.mark(filling.late.spelled_out(expression)) if marked is None else marked


def _as_text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    from worker.http.texts import as_text

    return as_text(value, field="a text")


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
