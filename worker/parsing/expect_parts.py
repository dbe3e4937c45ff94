"""Parts of `expect:` that stand for themselves: cookies, redirects, snapshots, expressions, functions."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import ProblemKind
from worker.parsing.http_values import read_status_codes
from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.operands import NUMBER_OPERATORS, is_predicate
from worker.parsing.place import Place
from worker.parsing.plain_values import read_boolean, read_text, read_words
from worker.parsing.predicates import (
    ABOUT_BODY,
    ABOUT_COOKIE,
    About,
    expectation,
    number_or_predicates,
    text_or_predicates,
)
from worker.parsing.readers import note
from worker.parsing.selectors import read_path, read_regex
from worker.parsing.source import Source
from worker.parsing.suggest import hint_for

_TEXT_PARTS = ("value", "path", "domain", "expires", "same_site")
_FLAGS = ("secure", "http_only")
#: What a cookie has, as `expect.cookies` names it.
COOKIE_PARTS = (*_TEXT_PARTS, "max_age", *_FLAGS)
_SNAPSHOT_KEYS = ("mask", "file")

_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")

_ABOUT_COUNT = About(ExpectationKind.REDIRECTS, "a number of redirects", NUMBER_OPERATORS, {"part": "count"})
_ABOUT_URL = replace(ABOUT_BODY, kind=ExpectationKind.REDIRECTS, name="a URL", options={"part": "url"})
_ABOUT_STATUSES = About(ExpectationKind.REDIRECTS, "statuses", ("equals",), {"part": "statuses"})

Part = Callable[[Place, Source], Iterator[Expectation]]


def cookies(place: Place, source: Source) -> Iterator[Expectation]:
    """Cookies by name: the value, a predicate on it, or several parts of the cookie."""
    if not isinstance(place.children, dict):
        hint = "write for example { session: { exists: true } }"
        note(source, place, wrong_type("a mapping", place.data, hint=hint))
        return
    for name, child in place.children.items():
        keys = child.keyed()
        if keys and not is_predicate(keys):
            parts = {part: _part_of_cookie(name, part) for part in COOKIE_PARTS}
            yield from _by_key(child, parts, "a cookie", source)
        else:
            yield from text_or_predicates(child, ABOUT_COOKIE, name, source)


def _part_of_cookie(name: str, part: str) -> Part:
    about = replace(ABOUT_COOKIE, options={"part": part})

    def read(place: Place, source: Source) -> Iterator[Expectation]:
        if part in _TEXT_PARTS:
            yield from text_or_predicates(place, about, name, source)
        elif part == "max_age":
            yield from number_or_predicates(place, replace(about, operators=NUMBER_OPERATORS), name, source)
        else:
            yield expectation(about, name, Operator.EQUALS, read_boolean(place.data), place, source)

    return read


def redirects(place: Place, source: Source) -> Iterator[Expectation]:
    """How many there were; or `count`, `url` and `statuses`."""
    keys = place.keyed()
    if keys and not is_predicate(keys):
        yield from _by_key(
            place, {"count": _count, "url": _url, "statuses": _statuses}, "'redirects'", source
        )
    else:
        yield from _count(place, source)


def _count(place: Place, source: Source) -> Iterator[Expectation]:
    return number_or_predicates(place, _ABOUT_COUNT, "", source)


def _url(place: Place, source: Source) -> Iterator[Expectation]:
    return text_or_predicates(place, _ABOUT_URL, "", source)


def _statuses(place: Place, source: Source) -> Iterator[Expectation]:
    if not isinstance(place.data, list):
        raise wrong_type("a list of status codes", place.data, hint="write for example [301, 302]")
    read_status_codes(place.data)
    yield expectation(_ABOUT_STATUSES, "", Operator.EQUALS, place.data, place, source)


_PARTS_OF_REDIRECTS: Mapping[str, Part] = {"count": _count, "url": _url, "statuses": _statuses}


def _by_key(place: Place, parts: Mapping[str, Part], name: str, source: Source) -> Iterator[Expectation]:
    """What each key of a mapping says; other keys are noted."""
    for key, child in place.keyed().items():
        if key not in parts:
            source.add(
                ProblemKind.UNKNOWN_KEY,
                f"{key!r} is not a key of {name}",
                child.key_location(source),
                hint=hint_for(key, parts, otherwise=f"one of: {', '.join(parts)}"),
            )
            continue
        try:
            yield from parts[key](child, source)
        except Mistake as mistake:
            note(source, child, mistake)


def snapshot(place: Place, source: Source) -> Iterator[Expectation]:
    """`true`, or masks for what varies and a name for the file."""
    options: dict[str, JsonValue] = {}
    if isinstance(place.children, dict):
        options = _snapshot_options(place, source)
    elif place.data is not True:
        hint = "write true, or for example { mask: [$.id] }"
        note(source, place, wrong_type("true, or a mapping", place.data, hint=hint))
        return
    yield Expectation(
        kind=ExpectationKind.SNAPSHOT,
        operator=Operator.EQUALS,
        expected=True,
        options=options,
        where=place.location(source),
    )


def _snapshot_options(place: Place, source: Source) -> dict[str, JsonValue]:
    options: dict[str, JsonValue] = {}
    for key, child in place.keyed().items():
        try:
            if key == "mask":
                options[key] = list(_masks(child, source))
            elif key == "file":
                options[key] = _file_name(child.data)
            else:
                hint = hint_for(key, _SNAPSHOT_KEYS, otherwise="one of: mask, file")
                what = f"{key!r} is not a key of 'snapshot'"
                source.add(ProblemKind.UNKNOWN_KEY, what, child.key_location(source), hint=hint)
        except Mistake as mistake:
            note(source, child, mistake)
    return options


def _masks(place: Place, source: Source) -> Iterator[str]:
    if not isinstance(place.children, list):
        raise wrong_type("a list", place.data, hint="write for example [$.id, $.items[*].created_at]")
    for part in place.children:
        try:
            text = read_words(part.data)
            yield read_path(text) if text.startswith("$") else read_regex(text)
        except Mistake as mistake:
            note(source, part, mistake)


def _file_name(value: JsonValue) -> str:
    text = read_text(value)
    if not _FILE_NAME.fullmatch(text):
        hint = "letters, digits, '-', '_' and '.'; it lies in the folder __snapshots__ beside the suite"
        raise Mistake(f"{text!r} is not the name of a snapshot", hint=hint)
    return text.removesuffix(".json").removesuffix(".txt")


def checks(place: Place, source: Source) -> Iterator[Expectation]:
    """Expressions that must be true."""
    yield from _texts(place, source, ExpectationKind.CHECK, read_expression)


def functions(place: Place, source: Source) -> Iterator[Expectation]:
    """Functions of the user's own."""
    yield from _texts(place, source, ExpectationKind.PYTHON, _function)


def _texts(
    place: Place, source: Source, kind: ExpectationKind, read: Callable[[JsonValue], str]
) -> Iterator[Expectation]:
    for part in place.listed() if isinstance(place.children, list) else [place]:
        try:
            text = read(part.data)
        except Mistake as mistake:
            note(source, part, mistake)
            continue
        # An expression is filled with the answer's names when it is checked, not before.
        yield Expectation(
            kind=kind,
            operator=Operator.EQUALS,
            expected=text if kind is ExpectationKind.CHECK else True,
            subject="" if kind is ExpectationKind.CHECK else text,
            where=part.location(source),
        )


def read_expression(value: JsonValue) -> str:
    """One expression, with the braces of a template around it or without."""
    if not isinstance(value, str) or not value.strip():
        hint = "write for example json.total == json.items | sum('price')"
        raise wrong_type("an expression", value, hint=hint)
    text = value.strip()
    if text.startswith("{{") and text.endswith("}}") and text.count("{{") == 1:
        text = text[2:-2].strip()
    if has_template(text) or "}}" in text:
        raise Mistake("this is a text with templates, not one expression", hint="leave out the braces")
    return text


def _function(value: JsonValue) -> str:
    text = read_text(value)
    if not _FUNCTION.fullmatch(text):
        hint = "write package.module:function, such as checks.orders:totals_add_up"
        raise Mistake(f"{text!r} does not name a function", hint=hint)
    return text
