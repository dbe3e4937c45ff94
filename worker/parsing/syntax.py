"""What the YAML parser complains about, in our own words and at the place where the mistake is."""

import re
from typing import NamedTuple

import yaml

from worker.models.problem import Location, ProblemKind
from worker.parsing.source import Source

#: A template that begins a value without quotes: YAML takes its braces for a mapping.
_BARE_TEMPLATE = re.compile(r"(?:^\s*|[:,\[{-]\s+|[\[{]\s*)(?P<template>\{\{.*)")

#: With all that belongs to the same text: `{{ base }}/users/{{ id }}`.
_WHOLE_TEMPLATE = re.compile(r"(?:\{\{[^{}]*\}\}[^\s,{}\]]*)+|\{\{[^{}]*")

#: A line up to the first ':' of an ordinary key.
_KEY_ALONE = re.compile(r"""\s+[^\s:'"#\[{-][^:]*""")


#: A text without quotes up to where a bracket follows it, and how it goes on with brackets inside.
_WORD_SO_FAR = re.compile(r"""[^\s,\[\]{}:'"][^\s,\[\]{}'"]*$""")
_WORD_GOES_ON = re.compile(r"(?=[\[{])(?:\[[^\[\]]*\]|\{\{[^{}]*\}\}|[^\s,\[\]{}:])+")


class _Advice(NamedTuple):
    """Our words for one complaint. `at_start`: the mistake is where the thing began."""

    what: str
    hint: str
    at_start: bool = False


_ADVICE = {
    "did not find expected ',' or ']'": _Advice(
        "this list is not closed, or a comma is missing in it",
        "write ',' between its parts and ']' at its end",
    ),
    "did not find expected ',' or '}'": _Advice(
        "this mapping is not closed, or a comma is missing in it",
        "write ',' between its parts and '}' at its end",
    ),
    "mapping values are not allowed": _Advice(
        "a ':' cannot stand here",
        "if it belongs to a text, put the text in quotes; else check the indentation",
    ),
    "block sequence entries are not allowed": _Advice(
        "a list cannot begin here", "begin it on a line of its own"
    ),
    "mapping keys are not allowed": _Advice("a key cannot stand here", "check the indentation"),
    "did not find expected key": _Advice(
        "this does not belong here", "check the indentation and the quotes of this line and the one above"
    ),
    "did not find expected '-' indicator": _Advice(
        "this does not belong to the list above it", "begin it with '- ', or check the indentation"
    ),
    "could not find expected ':'": _Advice("a key without ':' after it", "write 'key: value'"),
    "found unexpected end of stream": _Advice(
        "this quote is never closed", "write the same quote at its end", at_start=True
    ),
    "found unexpected document indicator": _Advice(
        "this quote is never closed", "write the same quote at its end", at_start=True
    ),
    "unknown escape character": _Advice(
        "this escape does not exist", "write '\\\\' for a backslash, or use single quotes"
    ),
    "invalid Unicode character escape code": _Advice(
        "this escape is no character", "use the character itself"
    ),
    "hexdecimal number": _Advice("this escape is not complete", 'write for example "\\u00e9"'),
    "found undefined alias": _Advice(
        "no anchor has this name before this line", "write '&name' where it is made"
    ),
    "found duplicate anchor": _Advice("this anchor's name is taken", "give each anchor its own name"),
    "but found another document": _Advice(
        "a second document begins here", "one file holds one suite: use two files"
    ),
    "<document start>": _Advice("a second document begins here", "one file holds one suite: use two files"),
    "alphabetic or numeric character": _Advice(
        "'*' and '&' begin an alias and an anchor, and a name must follow",
        "put the text in quotes",
        at_start=True,
    ),
    "did not find expected node content": _Advice(
        "a value is missing here", "write one, or remove this sign"
    ),
    "comment or line break": _Advice("only a comment may stand here", "begin the text on the next line"),
    "while scanning a directive": _Advice("a '%' cannot begin a line", "put the text in quotes"),
    "while parsing a tag": _Advice("a '!' begins a tag", "put the text in quotes"),
}


def note_syntax_error(source: Source, error: yaml.MarkedYAMLError) -> None:
    """Note the one problem that a text which is not YAML has."""
    what, hint, where = _explain(source, error)
    source.add(ProblemKind.NOT_YAML, what, where, hint=hint)


def _explain(source: Source, error: yaml.MarkedYAMLError) -> tuple[str, str, Location]:
    complaint = f"{error.problem or ''} {error.context or ''}"
    where = _location(source, error.problem_mark or error.context_mark)
    return (
        _tab(source, complaint, where)
        or _bare_template(source, complaint, where)
        or _strange_start(source, complaint, where)
        or _text_ended(source, complaint, where)
        or _bracket_inside(source, complaint, where)
        or _too_far_right(source, complaint, where)
        or _from_table(source, error, complaint, where)
    )


def _location(source: Source, mark: yaml.Mark | None) -> Location:
    """The mark's place; a mark behind the last line moves to the end of the last line with text."""
    if mark is None:
        return source.location(1, 1)
    if source.line(mark.line + 1).strip() or mark.line == 0:
        return source.location(mark.line + 1, mark.column + 1)
    number = mark.line
    while number > 1 and not source.line(number).strip():
        number -= 1
    return source.location(number, len(source.line(number).rstrip()) + 1)


def _tab(source: Source, complaint: str, where: Location) -> tuple[str, str, Location] | None:
    line = source.line(where.line)
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" not in indentation or not ("tab" in complaint or "cannot start any token" in complaint):
        return None
    column = indentation.index("\t") + 1
    return "a tab cannot indent YAML", "use spaces", source.location(where.line, column)


def _bare_template(source: Source, complaint: str, where: Location) -> tuple[str, str, Location] | None:
    if "quoted" in complaint or "tab" in complaint:
        return None
    for number in (where.line, where.line - 1):
        found = _BARE_TEMPLATE.search(source.line(number))
        if found:
            shown = _template_text(found.group("template"))
            place = source.location(number, found.start("template") + 1, len(shown))
            return "a value that begins with '{{' must be in quotes", f'write "{shown}"', place
    return None


def _template_text(rest_of_line: str) -> str:
    found = _WHOLE_TEMPLATE.match(rest_of_line)
    return (found.group() if found else rest_of_line).strip()


def _strange_start(source: Source, complaint: str, where: Location) -> tuple[str, str, Location] | None:
    if "cannot start any token" not in complaint:
        return None
    sign = source.line(where.line)[where.column - 1 : where.column]
    return f"no value can begin with {sign!r}", "put the text in quotes", where


def _text_ended(source: Source, complaint: str, where: Location) -> tuple[str, str, Location] | None:
    """A quote inside a text in quotes: what follows it belongs nowhere."""
    before = source.line(where.line)[: where.column - 1].rstrip()
    if "did not find expected" not in complaint or not before.endswith(("'", '"')):
        return None
    inside = "write it twice" if before[-1] == "'" else "write \\ before it"
    place = source.location(where.line, len(before))
    hint = f"if it belongs to the text, {inside}; else a comma is missing"
    return "this quote ends the text, and something follows it", hint, place


def _bracket_inside(source: Source, complaint: str, where: Location) -> tuple[str, str, Location] | None:
    """`{ id: $.items[0].id }`: between braces a bracket ends a text that has no quotes."""
    line, at = source.line(where.line), where.column - 1
    begun = _WORD_SO_FAR.search(line[:at])
    going_on = _WORD_GOES_ON.match(line, at)
    if "did not find expected ','" not in complaint or begun is None or going_on is None:
        return None
    shown = begun.group() + going_on.group()
    place = source.location(where.line, begun.start() + 1, len(shown))
    return "a text with brackets or braces must be in quotes here", f'write "{shown}"', place


def _too_far_right(source: Source, complaint: str, where: Location) -> tuple[str, str, Location] | None:
    """A key below a value that is complete already."""
    key = source.line(where.line)[: where.column - 1]
    if "mapping values are not allowed" not in complaint or not _KEY_ALONE.fullmatch(key):
        return None
    begins = len(key) - len(key.lstrip())
    place = source.location(where.line, begins + 1, len(key) - begins)
    return (
        "this key is indented deeper than the one above it, which has its value",
        "indent both alike",
        place,
    )


def _from_table(
    source: Source, error: yaml.MarkedYAMLError, complaint: str, where: Location
) -> tuple[str, str, Location]:
    for fragment, advice in _ADVICE.items():
        if fragment in complaint:
            if advice.at_start and error.context_mark:
                where = _location(source, error.context_mark)
            return advice.what, _with_beginning(error, advice), where
    return f"this is not YAML: {error.problem or error.context}", "check quotes and indentation", where


def _with_beginning(error: yaml.MarkedYAMLError, advice: _Advice) -> str:
    """The hint, with the line where the list or mapping began if that is another one."""
    begun, noticed = error.context_mark, error.problem_mark
    if "not closed" not in advice.what or not begun or not noticed or begun.line == noticed.line:
        return advice.hint
    return f"{advice.hint}; it begins in line {begun.line + 1}"
