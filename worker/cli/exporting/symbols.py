"""Values that are not known before a run, such as tokens: they become variables of the shell."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from secrets import token_hex

from context.errors import ContextError
from context.values import JsonValue
from worker.http.render import Render

#: One expression of a template; braces in its quoted texts do not end it.
_EXPRESSION = re.compile(r"""\{\{((?:"[^"]*"|'[^']*'|\}(?!\})|[^}"'])*)\}\}""")
#: The names that an expression begins with.
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\]|\[(?:'[^']*'|\"[^\"]*\")\])*")
#: First words that say only where a value lies.
_ROOMS = re.compile(r"^(?:captured_data|env|secrets|shared_auth_tokens|shared_variables|tokens)(?:\.|(?=\[))")

Fill = Callable[[JsonValue], JsonValue]


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


def rendering(fill: Fill, symbols: Symbols) -> Render:
    """Fills templates as far as values are known; the rest are marks."""

    def render(value: JsonValue, *, field: str) -> JsonValue:
        return _filled(value, fill, symbols, field)

    return render


def _filled(value: JsonValue, fill: Fill, symbols: Symbols, place: str) -> JsonValue:
    if isinstance(value, dict):
        names = {name: str(_filled(name, fill, symbols, place)) for name in value}
        return {names[name]: _filled(each, fill, symbols, place) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, fill, symbols, place) for each in value]
    if not isinstance(value, str):
        return value
    try:
        return fill(value)
    except ContextError:
        return _in_parts(value, fill, symbols, place)


def _in_parts(text: str, fill: Fill, symbols: Symbols, place: str) -> str:
    """Each expression by itself: one that is not known must not hide those that are."""
    if "{%" in text:
        return symbols.mark(place)

    def one(match: re.Match[str]) -> str:
        try:
            value = fill(match.group())
        except ContextError:
            return symbols.mark(match.group(1).strip())
        return value if isinstance(value, str) else _as_text(value)

    return _EXPRESSION.sub(one, text)


def _as_text(value: JsonValue) -> str:
    from worker.http.texts import as_text

    return as_text(value, field="a text")


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
