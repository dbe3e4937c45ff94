"""How a field of a generated row is made."""

from typing import Any

from context.values import JsonValue
from worker.models.fixture import FieldRule, RuleKind
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.plain_values import read_text, whole_number
from worker.parsing.readers import Reader, Schema
from worker.parsing.source import Source
from worker.parsing.suggest import nearest

#: What a rule may say besides the word that it is for. A fake has arguments, whatever they are called.
_RULE_WORDS = tuple(kind.value for kind in RuleKind)
_RULE_HOW = "write for example email, { sequence: 1 }, { one_of: [a, b] } or { from: users.id }"


#: What an editor says of the ways to make a field, besides a fake.
_WAYS: dict[str, Any] = {
    "value": {"description": "The same in each row.", "examples": ["open"]},
    "sequence": {"type": "integer", "description": "A number that counts up from here.", "examples": [1]},
    "one_of": {
        "type": "array",
        "minItems": 1,
        "description": "One of these, by chance.",
        "examples": [["free", "paid"]],
    },
    "from": {
        "type": "string",
        "description": "A field of another fixture, of a row by chance.",
        "examples": ["users.id"],
    },
    "parent": {
        "type": "string",
        "description": "A field of the row that this one is made for.",
        "examples": ["id"],
    },
}


def fake_schema() -> Schema:
    """The names of all fakes, for completion in editors."""
    from context.fakes import FAKE_NAMES

    return {"enum": sorted(FAKE_NAMES), "description": "What Faker can make up."}


class RuleReader(Reader):
    """How a field of a generated row is made: the name of a fake, or a mapping with one of the words."""

    def read(self, place: Place, source: Source) -> FieldRule:
        """The rule."""
        if isinstance(place.data, str):
            return FieldRule(kind=RuleKind.FAKE, what=_fake(place.data))
        if not isinstance(place.data, dict):
            raise wrong_type("a rule", place.data, hint=_RULE_HOW)
        return self._mapping(place.data)

    def _mapping(self, said: dict[str, JsonValue]) -> FieldRule:
        words = [name for name in said if name in _RULE_WORDS]
        if len(words) != 1:
            what = (
                "a rule has one of these words"
                if not words
                else f"a rule cannot have both {words[0]!r} and {words[1]!r}"
            )
            raise Mistake(f"{what}: {', '.join(_RULE_WORDS)}" if not words else what, hint=_RULE_HOW)
        kind, rest = RuleKind(words[0]), {name: part for name, part in said.items() if name != words[0]}
        unique = rest.pop("unique", False)
        if not isinstance(unique, bool):
            raise Mistake("'unique' is true or false", inside=("unique",))
        if rest and kind is not RuleKind.FAKE:
            odd = next(iter(rest))
            raise Mistake(
                f"{odd!r} is not a key of a rule with {kind.value!r}", hint=_RULE_HOW, inside=(odd,)
            )
        value = _WORDS[kind](said[kind.value]) if kind in _WORDS else said[kind.value]
        return FieldRule(kind=kind, what=value, arguments=rest, unique=unique)

    def schema(self) -> Schema:
        """A word, or a mapping with one."""
        return {
            "anyOf": [
                {"$ref": "#/$defs/Fake"},
                {
                    "type": "object",
                    "properties": {
                        "fake": {"$ref": "#/$defs/Fake", "description": "Made up.", "examples": ["email"]},
                        **_WAYS,
                        "unique": {"type": "boolean", "description": "No two rows have the same."},
                    },
                    "oneOf": [{"required": [name]} for name in ("fake", *_WAYS)],
                },
            ]
        }


def _fake(value: Any) -> str:
    from context.fakes import FAKE_NAMES

    name = read_text(value)
    if name not in FAKE_NAMES:
        meant = nearest(name, FAKE_NAMES)
        hint = (
            f"did you mean {meant!r}?"
            if meant
            else "docs/templates.md lists all fakes; a fixed value is { value: … }"
        )
        raise Mistake(f"there is no fake {name!r}", hint=hint)
    return name


def _start(value: Any) -> JsonValue:
    return whole_number(-(10**15), 10**15)(value)


def _choices(value: Any) -> JsonValue:
    if not isinstance(value, list) or not value:
        raise wrong_type("a list", value, hint="write for example { one_of: [new, paid] }")
    return value


_WORDS = {
    RuleKind.FAKE: _fake,
    RuleKind.SEQUENCE: _start,
    RuleKind.ONE_OF: _choices,
    RuleKind.FROM: read_text,
    RuleKind.PARENT: read_text,
}
