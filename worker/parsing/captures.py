"""`capture:` — what to take out of a response, and where to keep it."""

from typing import NamedTuple

from context.capture import CaptureRule, CaptureTarget
from worker.models.problem import Location, ProblemKind
from worker.parsing.capture_rules import RULE, read_rule
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.names import read_name
from worker.parsing.place import Place
from worker.parsing.readers import Reader, Schema
from worker.parsing.source import Source

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
        seen[name] = Captured(read_rule(name, target, place, source), where)

    def schema(self) -> Schema:
        """An object whose groups hold names, and whose other keys are names themselves."""
        names = {"type": "object", "additionalProperties": RULE.schema(), "propertyNames": _NAMES}
        return {
            "type": "object",
            "properties": {
                "tokens": {
                    **names,
                    "description": "Tokens, always secret: `{{ tokens.name }}`.",
                    "examples": [{"access_token": "$.access_token"}],
                },
                "variables": {
                    **names,
                    "description": "Variables of the run: `{{ name }}`.",
                    "examples": [{"user_id": "$.user.id"}],
                },
                "data": {
                    **names,
                    "description": "Data of this test: `{{ captured_data.test.name }}`.",
                    "examples": [{"product_ids": "$.products[*].id"}],
                },
            },
            "additionalProperties": RULE.schema(),
            "propertyNames": _NAMES,
        }


def all_are_known(place: Place, captured: list[Captured]) -> bool:
    """Whether no name under `capture:` was lost to a mistake."""
    names = [child.keyed() if name in _GROUPS else (name,) for name, child in place.keyed().items()]
    return isinstance(place.children, dict) and len(captured) == sum(len(group) or 1 for group in names)


_NAMES: Schema = {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
