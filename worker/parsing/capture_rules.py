"""One capture: where its value comes from, what is made of it, and where it goes."""

from collections.abc import Mapping
from typing import Any

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from worker.models.problem import ProblemKind
from worker.parsing.durations import read_limit
from worker.parsing.http_values import read_header_name
from worker.parsing.mistake import Mistake
from worker.parsing.place import Place
from worker.parsing.plain_values import read_anything, read_boolean, read_text, read_true, read_words, word
from worker.parsing.readers import Value, Whole, note
from worker.parsing.schema_parts import DURATION
from worker.parsing.selectors import (
    read_filter,
    read_group,
    read_jmespath,
    read_path,
    read_regex,
    read_xpath,
)
from worker.parsing.shape import Key, Shape
from worker.parsing.source import Source

_SOURCES = tuple(source.value for source in CaptureSource)
#: Sources that name no part: they are there or not.
_WHOLES = ("status", "body", "time", "size", "redirect_url")
#: Sources that can find several values, and are asked for one unless `all` is said.
_SEVERAL = ("regex", "xpath", "header")


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
        "jmespath": Key(
            Value(read_jmespath, {"type": "string", "minLength": 1}),
            "What a JMESPath expression makes of a JSON body.",
            examples=("items[?price > `10`].id",),
        ),
        "xpath": Key(
            Value(read_xpath, {"type": "string", "minLength": 1}),
            "A place in an XML or HTML body (XPath 1.0).",
            examples=("//order/@id",),
        ),
        "header": Key(_NAME_OF_HEADER, "A response header by its name.", examples=("Location",)),
        "cookie": Key(
            Value(read_words, {"type": "string", "minLength": 1}),
            "A cookie that the response sets, by its name.",
            examples=("session",),
        ),
        "status": Key(_TRUE, "The status code."),
        "body": Key(_TRUE, "The whole body as text."),
        "time": Key(_TRUE, "How long the answer took, in milliseconds."),
        "size": Key(_TRUE, "The length of the body, in bytes."),
        "redirect_url": Key(_TRUE, "Where the answer sends on to, or where redirects have led."),
        "regex": Key(
            Value(read_regex, {"type": "string"}),
            "A regular expression, searched in the body: its first group, else the whole match.",
            examples=("order-([0-9]+)",),
        ),
        "group": Key(
            Value(read_group, {"type": ["integer", "string"]}),
            "The group of the regular expression that is meant: its number (0 is the whole match) or name.",
            examples=(2, "id"),
        ),
        "all": Key(_BOOLEAN, "Every match of a regular expression, an XPath or a header, as a list."),
        "filter": Key(
            Value(read_filter, {"type": "string", "minLength": 1}),
            "What to make of the value: filters of templates, one after the other.",
            examples=("int", "split(',') | first"),
        ),
        "as": Key(
            Value(word(*(target.value for target in CaptureTarget)), {"enum": [*CaptureTarget]}),
            "Where the value goes, instead of writing it into a group: token, variable or data.",
        ),
        "expires_in": Key(
            Whole({"anyOf": [DURATION, {"type": "string", "pattern": r"^\$"}, {"$ref": "#/$defs/Capture"}]}),
            "How long a token lives: a duration, or where the response says it in seconds.",
            examples=("10m", "$.expires_in"),
        ),
        "default": Key(
            Value(read_anything, {}),
            "Taken when the response has no such value, which is then no failure.",
            examples=("none", 0),
        ),
        "optional": Key(
            _BOOLEAN, "The test goes on without the value; a required one that is missing breaks it."
        ),
        "secret": Key(_BOOLEAN, "Masked wherever it would be seen. Tokens always are."),
    },
)


def read_rule(name: str, target: CaptureTarget, place: Place, source: Source) -> CaptureRule:
    """The rule at this place. One with mistakes is a rule all the same: others may count on its name."""
    try:
        read = RULE.read(place, source)
    except Mistake as mistake:
        note(source, place, mistake)
        read = {}
    kind = next((word for word in _SOURCES if word in read), None)
    target = _target(target, read, place, source)
    if kind is None:
        return CaptureRule(name=name, target=target, source=CaptureSource.BODY)
    _check_details(kind, target, read, place, source)
    return CaptureRule(
        name=name,
        target=target,
        source=CaptureSource(kind),
        expression="" if kind in _WHOLES else read[kind],
        group=read.get("group"),
        all=read.get("all", False),
        filter=read.get("filter", ""),
        required=not (read.get("optional", False) or "default" in read),
        default=read.get("default"),
        has_default="default" in read,
        secret=read.get("secret", False) or target is CaptureTarget.TOKEN,
        expires_in=_life(read["expires_in"], source) if "expires_in" in read else None,
    )


def _target(group: CaptureTarget, read: Mapping[str, Any], place: Place, source: Source) -> CaptureTarget:
    """Where the value goes: its group, or what `as` says where it stands in none."""
    if "as" not in read:
        return group
    said = CaptureTarget(read["as"])
    if group not in (CaptureTarget.DATA, said):
        where = place.find(("as",)).location(source)
        what = f"this stands among the {group.value}s, so it cannot be {_ARTICLES[said]}"
        source.add(ProblemKind.BAD_VALUE, what, where, hint="leave 'as' out, or take it out of the group")
    return said


_ARTICLES = {
    CaptureTarget.TOKEN: "a token",
    CaptureTarget.VARIABLE: "a variable",
    CaptureTarget.DATA: "data",
}


def _check_details(
    kind: str, target: CaptureTarget, read: Mapping[str, Any], place: Place, source: Source
) -> None:
    """Note what does not go with the source or the target."""
    if "group" in read and kind != "regex":
        _note_misfit("group", "only a regular expression has groups", "leave it out", place, source)
    elif "group" in read:
        _check_group(read["regex"], read["group"], place, source)
    if read.get("all") and kind not in _SEVERAL:
        hint = "a JSONPath with * finds a list" if kind == "jsonpath" else "leave it out"
        _note_misfit("all", f"'all' goes with {', '.join(_SEVERAL)}", hint, place, source)
    if "expires_in" in read and target is not CaptureTarget.TOKEN:
        _note_misfit("expires_in", "only tokens expire", "write it with a token", place, source)


def _note_misfit(key: str, what: str, hint: str, place: Place, source: Source) -> None:
    source.add(ProblemKind.BAD_VALUE, what, place.find((key,)).key_location(source), hint=hint)


def _check_group(pattern: str, group: int | str, place: Place, source: Source) -> None:
    from context.patterns import groups_of

    count, names = groups_of(pattern)
    if group in names or (isinstance(group, int) and 0 <= group <= count):
        return
    there = f"it has {count}, from 1" if count else "it has none: put round brackets around a part of it"
    source.add(
        ProblemKind.BAD_VALUE,
        f"the regular expression has no group {group!r}",
        place.find(("group",)).location(source),
        hint=f"its groups are {', '.join(names)}" if names and isinstance(group, str) else there,
    )


def _life(place: Place, source: Source) -> CaptureRule | float | None:
    """How long a token lives."""
    if isinstance(place.children, dict) or (isinstance(place.data, str) and place.data.startswith("$")):
        return read_rule("expires_in", CaptureTarget.DATA, place, source)
    try:
        return read_limit(place.data)
    except Mistake as mistake:
        note(source, place, mistake)
        return None
