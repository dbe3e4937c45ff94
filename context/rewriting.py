"""The text of a template, taken apart; and hyphens in paths, made digestible for Jinja2.

Jinja2 reads `captured_data.test-2.id` as a subtraction. Baton's rule: in a path that begins with
one of `paths.ROOTS`, a hyphen without a space on either side belongs to the name. Such a path is
rewritten with subscripts before Jinja2 sees it; texts in quotes are left alone.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from context.errors import TemplateError
from context.limits import MAX_EXPRESSION_CHARACTERS
from context.paths import ROOTS, SEGMENT, Segment, dotted_segment


class PieceKind(StrEnum):
    """What a piece of a template's text is."""

    TEXT = "text"  # goes out as it is
    EXPRESSION = "expression"  # the inside of {{ }}
    BLOCK = "block"  # the inside of {% %}
    RAW = "raw"  # {% raw %} to {% endraw %}, both included


class Piece(NamedTuple):
    """A piece of a template's text, without its braces."""

    kind: PieceKind
    text: str


_OPENING = re.compile(r"\{\{|\{%")
# One that is not closed reaches to the end: looking for its end from each quote in it anew would
# take the square of its length.
_STRING = r"""'(?:\\.|[^'\\])*(?:'|\\?\Z)|"(?:\\.|[^"\\])*(?:"|\\?\Z)"""
_BRACKETS = re.compile(rf"{_STRING}|[(\[{{]|[)\]}}]|%\}}", re.DOTALL)
_RAW = re.compile(r"\s*raw\s*")
_END_OF_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_DOTTED = re.compile(rf"\.({SEGMENT})")


def take_apart(text: str) -> Iterator[Piece]:
    """The pieces of a template's text, in order. Braces inside quotes and brackets don't end one."""
    position = 0
    while opening := _OPENING.search(text, position):
        if opening.start() > position:
            yield Piece(PieceKind.TEXT, text[position : opening.start()])
        closer = "}}" if opening[0] == "{{" else "%}"
        end = _closing(text, opening.end(), closer)
        inside = text[opening.end() : end]
        if len(inside) > MAX_EXPRESSION_CHARACTERS:
            raise TemplateError(f"an expression may have {MAX_EXPRESSION_CHARACTERS:,} characters at most")
        position = end + 2
        if opening[0] == "{%" and _RAW.fullmatch(inside.strip("-+")):
            end_of_raw = _END_OF_RAW.search(text, position)
            if end_of_raw is None:
                raise TemplateError("{% raw %} is not closed", hint="write {% endraw %} where it ends")
            position = end_of_raw.end()
            yield Piece(PieceKind.RAW, text[opening.start() : position])
            continue
        yield Piece(PieceKind.EXPRESSION if opening[0] == "{{" else PieceKind.BLOCK, inside)
    if position < len(text):
        yield Piece(PieceKind.TEXT, text[position:])


def _closing(text: str, position: int, closer: str) -> int:
    """Where `closer` stands that belongs to the opening just before `position`."""
    depth = 0
    while found := _BRACKETS.search(text, position):
        position = found.end()
        if depth == 0 and text.startswith(closer, found.start()):
            return found.start()
        if found[0][0] in "'\"" and (len(found[0]) == 1 or found[0][-1] != found[0][0]):
            raise TemplateError(f"a {found[0][0]} is not closed", hint="texts stand between two quotes")
        if found[0] in "([{":
            depth += 1
        elif found[0] in ")]}":
            depth = max(0, depth - 1)
    opener = {"}}": "{{", "%}": "{%"}.get(closer, "[")
    raise TemplateError(f"'{opener}' is not closed", hint=f"write '{closer}' where it ends")


def jinja_source(pieces: list[Piece]) -> str:
    """The template's text again, with paths as Jinja2 understands them."""
    return "".join(_source_of(piece) for piece in pieces)


def _source_of(piece: Piece) -> str:
    if piece.kind is PieceKind.EXPRESSION:
        return "{{" + with_subscripts(piece.text) + "}}"
    if piece.kind is PieceKind.BLOCK:
        return "{%" + with_subscripts(piece.text) + "%}"
    return piece.text


@cache
def _interesting() -> re.Pattern[str]:
    """A text, or where a path begins. Few runs need it, and it takes a while to make."""
    return re.compile(rf"{_STRING}|(?<![\w.])(?:{'|'.join(ROOTS)})(?=[.\[])", re.DOTALL)


def with_subscripts(expression: str) -> str:
    """The expression with every rooted path that Jinja2 would misread written with subscripts."""
    rewritten: list[str] = []
    position = 0
    while found := _interesting().search(expression, position):
        rewritten.append(expression[position : found.end()])
        position = found.end()
        if found[0] in ROOTS:
            rest, position = _rest_of_path(expression, position, found[0])
            rewritten.append(rest)
    rewritten.append(expression[position:])
    return "".join(rewritten)


def _rest_of_path(expression: str, position: int, root: str) -> tuple[str, int]:
    rewritten = ""
    before: list[Segment] = [root]
    while position < len(expression):
        if dotted := _DOTTED.match(expression, position):
            name, position = dotted[1], dotted.end()
            rewritten += f".{name}" if name.isidentifier() else f"[{dotted_segment(name, before)!r}]"
            before.append(name)
        elif expression[position] == "[":
            end = _closing(expression, position + 1, "]")
            rewritten += f"[{with_subscripts(expression[position + 1 : end])}]"
            before.append("")
            position = end + 1
        else:
            break
    return rewritten, position
