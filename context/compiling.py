"""A text with templates, taken apart once: into texts and plain paths, or into a Jinja2 program.

Most expressions are plain paths such as `captured_data.login.id`. They are recognised here and
never reach Jinja2, which is imported only when a text needs it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from context.errors import TemplateError
from context.limits import MAX_TEMPLATE_CHARACTERS
from context.paths import Path, parse_path
from context.rewriting import Piece, PieceKind, jinja_source, take_apart, with_subscripts

if TYPE_CHECKING:
    from jinja2 import nodes

    from context.programs import Program

#: Texts kept compiled. One text of a suite is one entry.
CACHED_TEXTS = 8192

_PLAIN_EXPRESSION = re.compile(r"\{\{([^{}]*)\}\}")


class PlainText(NamedTuple):
    """Texts and plain paths in turn. `parts` holds a str for a text, a tuple for a path."""

    parts: tuple[str | Path, ...]
    whole: Path | None


class CompiledText(NamedTuple):
    """A text that needs Jinja2."""

    text: str
    program: "Program"


def has_template(text: str) -> bool:
    """Whether a text is a template at all. All others are taken as they are."""
    return "{{" in text or "{%" in text


def shown(text: str) -> str:
    """The template as errors show it: one line, without its braces, not endless."""
    inside = text.strip()
    if inside.startswith("{{") and inside.endswith("}}") and inside.count("{{") == 1:
        inside = inside[2:-2].strip()
    line = " ".join(inside.split()) or text.strip()
    return line if len(line) <= 120 else line[:119] + "…"


@lru_cache(maxsize=CACHED_TEXTS)
def compile_text(text: str) -> PlainText | CompiledText:
    """The text, ready to be filled again and again. Raises TemplateError."""
    plain = plain_text(text)
    if plain is not None:
        return plain
    from context import programs

    with blaming(text):
        return CompiledText(text, programs.compiled(tree_of(text)))


def plain_text(text: str) -> PlainText | None:
    """The text, if its templates are plain paths only; None if it needs Jinja2.

    Raises TemplateError for a text that is too long to be a template.
    """
    if len(text) > MAX_TEMPLATE_CHARACTERS:
        raise TemplateError(
            f"a text with templates may have {MAX_TEMPLATE_CHARACTERS:,} characters at most",
            expression=shown(text[:200]),
        )
    parts: list[str | Path] = []
    for position, part in enumerate(_PLAIN_EXPRESSION.split(text)):
        if position % 2 == 0:
            if has_template(part):
                return None
            parts.append(part)
        else:
            path = parse_path(part.strip())
            if path is None:
                return None
            parts.append(path)
    kept = tuple(part for part in parts if part != "")
    whole = kept[0] if len(kept) == 1 and isinstance(kept[0], tuple) else None
    return PlainText(kept, whole)


def tree_of(text: str) -> "nodes.Node":
    """The tree of the text: of its only expression, or of a whole template. Raises TemplateError."""
    from context import programs

    with blaming(text):
        pieces = list(take_apart(text))
        if len(pieces) == 1 and pieces[0].kind is PieceKind.EXPRESSION:
            return programs.parse_expression(with_subscripts(_inside(pieces[0])))
        return programs.parse_template(jinja_source(pieces))


@contextmanager
def blaming(text: str) -> Iterator[None]:
    """Errors from here on name this text, unless they name a part of it already."""
    try:
        yield
    except TemplateError as error:
        error.expression = error.expression or shown(text)
        raise
    except RecursionError:
        raise TemplateError("the template is nested too deeply", expression=shown(text)) from None


def _inside(piece: Piece) -> str:
    """The expression without the marks that trim white space around it, of which there is none."""
    text = piece.text
    if text[:1] in ("-", "+") and text[1:2].isspace():
        text = text[1:]
    return text[:-1] if text.endswith("-") else text
