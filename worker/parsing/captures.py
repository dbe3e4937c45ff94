"""`capture:` — what to take out of a response, and where to keep it."""

import re
import warnings
from functools import lru_cache
from typing import Any, NamedTuple

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from worker.models.problem import Location, ProblemKind
from worker.parsing.http_values import read_header_name
from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.names import read_name
from worker.parsing.place import Place
from worker.parsing.plain_values import read_anything, read_boolean, read_text, read_true, read_words
from worker.parsing.readers import Reader, Schema, Value, note
from worker.parsing.shape import Key, Shape
from worker.parsing.source import Source

#: A JSONPath that can be seen to be right without the library, which takes long to import.
_SIMPLE_PATH = re.compile(
    r"\$(?:\.(?:[A-Za-z_][A-Za-z0-9_]*|\*)|\[(?:-?(?:0|[1-9][0-9]*)|\*|'[^'\\\x00-\x1f]*')\])*"
)

_SOURCES = tuple(source.value for source in CaptureSource)
_GROUPS = {
    "tokens": CaptureTarget.TOKEN,
    "variables": CaptureTarget.VARIABLE,
    "data": CaptureTarget.DATA,
}


class Captured(NamedTuple):
    """A rule and where its name stands. A rule with mistakes is here with another source, because
    other tests may count on its name."""

    rule: CaptureRule
    where: Location


def read_path(value: Any) -> str:
    """A JSONPath as RFC 9535 has it."""
    text = read_text(value)
    if _SIMPLE_PATH.fullmatch(text):
        return text
    if has_template(text):
        raise Mistake(
            "a JSONPath cannot contain a template", hint="capture the whole list and pick from it later"
        )
    if not text.startswith("$"):
        raise Mistake(
            f"{text!r} is not a JSONPath", hint=f"write $.{text}" if _is_name(text) else "begin it with $"
        )
    return _checked_path(text)


_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_MANY = re.compile(r"[*?:,]|\.\.")


def means_many(path: str) -> bool:
    """Whether a JSONPath may name any number of values, which then come as a list."""
    return _MANY.search(_QUOTED.sub("", path)) is not None


def _checked_path(text: str) -> str:
    from context.jsonpath import BadPath, compile_path

    try:
        compile_path(text)
    except BadPath as error:
        raise Mistake(f"{text!r} is not a JSONPath: {_reason(str(error))}", hint="see RFC 9535") from None
    return text


def _reason(message: str) -> str:
    return message.removeprefix("this is not a JSONPath (").removesuffix(")")


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.\[\]]*", text) is not None


@lru_cache(maxsize=1024)
def _regex_complaint(pattern: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # advice for Python programmers, not for our users
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return _second_opinion(pattern)
    return None


def _second_opinion(pattern: str) -> str | None:
    """What is wrong with a pattern that Python's own `re` does not take; it knows fewer than we use."""
    from context.patterns import PatternError, search

    try:
        search(pattern, "")
    except PatternError as error:
        return str(error)
    return None


def read_regex(value: Any) -> str:
    """A regular expression that can be compiled."""
    text = read_text(value)
    complaint = None if has_template(text) else _regex_complaint(text)
    if complaint:
        raise Mistake(complaint, hint="a sign that is meant literally needs a '\\' before it")
    return text


def _as_path(value: Any) -> dict[str, Any] | None:
    return {"jsonpath": read_path(value)} if isinstance(value, str) else None


_NAME_OF_HEADER = Value(lambda value: read_header_name(read_text(value)), {"type": "string"})
_TRUE = Value(read_true, {"const": True})
_BOOLEAN = Value(read_boolean, {"type": "boolean"})

RULE = Shape(
    name="a capture",
    title="Capture",
    description="Where a captured value comes from, and what to do when it is not there.",
    example="header: Location",
    wanted="a JSONPath or a mapping",
    shorthand=_as_path,
    shorthand_schema={"type": "string", "pattern": r"^\$", "description": "A JSONPath (RFC 9535)."},
    one_of=_SOURCES,
    one_of_hint="write for example $.user.id, or { header: Location }",
    keys={
        "jsonpath": Key(
            Value(read_path, {"type": "string", "pattern": r"^\$"}),
            "A place in a JSON body (RFC 9535).",
            examples=("$.user.id",),
        ),
        "header": Key(_NAME_OF_HEADER, "A response header by its name.", examples=("Location",)),
        "cookie": Key(
            Value(read_words, {"type": "string", "minLength": 1}),
            "A cookie that the response sets, by its name.",
        ),
        "status": Key(_TRUE, "The status code."),
        "body": Key(_TRUE, "The whole body as text."),
        "regex": Key(
            Value(read_regex, {"type": "string"}),
            "A regular expression, searched in the body: its first group, else the whole match.",
            examples=("order-([0-9]+)",),
        ),
        "default": Key(
            Value(read_anything, {}),
            "Taken when the response has no such value, which is then no failure.",
        ),
        "optional": Key(
            _BOOLEAN, "The test goes on without the value; a required one that is missing breaks it."
        ),
        "secret": Key(_BOOLEAN, "Masked wherever it would be seen. Tokens always are."),
    },
)


class CaptureReader(Reader):
    """All captures of a test: groups by where they go, and names that stand in no group, which are data."""

    def read(self, place: Place, source: Source) -> list[Captured]:
        """The captures in the order of the file."""
        if not isinstance(place.children, dict):
            raise wrong_type("a mapping", place.data, hint="write for example { user_id: $.user.id }")
        seen: dict[str, Captured] = {}
        for name, child in place.children.items():
            if name in _GROUPS:
                self._group(name, child, source, seen)
            else:
                self._one(name, child, CaptureTarget.DATA, source, seen)
        return list(seen.values())

    def _group(self, name: str, place: Place, source: Source, seen: dict[str, Captured]) -> None:
        keys = place.keyed()
        if not isinstance(place.children, dict) or (keys and all(key in RULE.keys for key in keys)):
            shown = place.data if isinstance(place.data, str) else "…"
            source.add(
                ProblemKind.WRONG_TYPE,
                f"'{name}' is a group of captures: names and where they come from",
                place.location(source),
                hint=f"write {name}: {{ some_name: {shown} }}, or data: {{ {name}: {shown} }}",
            )
            return
        for inner, child in keys.items():
            self._one(inner, child, _GROUPS[name], source, seen)

    def _one(
        self, name: str, place: Place, target: CaptureTarget, source: Source, seen: dict[str, Captured]
    ) -> None:
        where = place.key_location(source)
        try:
            read_name(name)
        except Mistake as mistake:
            source.add(mistake.kind, mistake.what, where, hint=mistake.hint)
            return
        if name in seen:
            source.add(
                ProblemKind.DUPLICATE_KEY,
                f"{name!r} is captured twice in this test",
                where,
                hint=f"it is already in line {seen[name].where.line}: choose another name",
            )
            return
        seen[name] = Captured(_read_rule(name, target, place, source), where)

    def schema(self) -> Schema:
        """An object whose groups hold names, and whose other keys are names themselves."""
        names = {"type": "object", "additionalProperties": RULE.schema(), "propertyNames": _NAMES}
        return {
            "type": "object",
            "properties": {
                "tokens": {**names, "description": "Tokens, always secret: `{{ tokens.name }}`."},
                "variables": {**names, "description": "Variables of the run: `{{ name }}`."},
                "data": {**names, "description": "Data of this test: `{{ captured_data.test.name }}`."},
            },
            "additionalProperties": RULE.schema(),
            "propertyNames": _NAMES,
        }


def all_are_known(place: Place, captured: list[Captured]) -> bool:
    """Whether no name under `capture:` was lost to a mistake."""
    names = [child.keyed() if name in _GROUPS else (name,) for name, child in place.keyed().items()]
    return isinstance(place.children, dict) and len(captured) == sum(len(group) or 1 for group in names)


_NAMES: Schema = {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}


def _read_rule(name: str, target: CaptureTarget, place: Place, source: Source) -> CaptureRule:
    try:
        read = RULE.read(place, source)
    except Mistake as mistake:
        note(source, place, mistake)
        read = {}
    kind = next((word for word in _SOURCES if word in read), None)
    if kind is None:
        return CaptureRule(name=name, target=target, source=CaptureSource.BODY)
    return CaptureRule(
        name=name,
        target=target,
        source=CaptureSource(kind),
        expression="" if read[kind] is True else read[kind],
        required=not (read.get("optional", False) or "default" in read),
        default=read.get("default"),
        secret=read.get("secret", False) or target is CaptureTarget.TOKEN,
    )
