"""`discriminator` of a description: the property whose value says which alternative is meant.

It changes nothing about what fits. Where a value fits no alternative, what is told is what is wrong with
the one that was meant, not with the one that happens to be nearest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from context.values import JsonValue
from worker.contracts.reading import BadDescription
from worker.contracts.references import Documents

#: Where a bundled schema says what its alternatives are called; the validator does not know the word.
KEYWORD = "x-baton-alternatives"

#: The rule that is broken where the property names no alternative.
RULE = "discriminator"

#: Keywords whose schemas are alternatives.
ALTERNATIVES = ("oneOf", "anyOf")


def named_alternatives(schema: Mapping[str, Any], documents: Documents, inside: str) -> dict[str, Any]:
    """The note for a schema with a `discriminator` over references; empty where there is none."""
    said = schema.get("discriminator")
    branches: list[Any] = next(
        (schema[word] for word in ALTERNATIVES if isinstance(schema.get(word), list)), []
    )
    if not isinstance(said, Mapping) or not isinstance(said.get("propertyName"), str):
        return {}
    targets = [_target(each, documents, inside) for each in branches]
    own = {target[1].rsplit("/", 1)[-1]: index for index, target in enumerate(targets) if target}
    mapping = said.get("mapping")
    given: dict[str, int] = {}
    for value, written in (mapping if isinstance(mapping, Mapping) else {}).items():
        index = _mapped(str(written), own, targets, documents, inside)
        if index is not None:
            given[str(value)] = index
    # An alternative's own name holds beside those it was given, but nobody expects to read it.
    shown = [*given, *(name for name, index in own.items() if index not in given.values())]
    return {KEYWORD: {"property": said["propertyName"], "names": {**own, **given}, "shown": shown}}


def _target(branch: Any, documents: Documents, inside: str) -> tuple[str, str] | None:
    """The file and the pointer of an alternative; only references have names."""
    reference = branch.get("$ref") if isinstance(branch, Mapping) else None
    return documents.target(reference, inside=inside) if isinstance(reference, str) else None


def _mapped(
    written: str,
    own: Mapping[str, int],
    targets: Sequence[tuple[str, str] | None],
    documents: Documents,
    inside: str,
) -> int | None:
    """The alternative that `mapping` means: by a reference, or by the name of a schema."""
    if written in own:
        return own[written]
    try:
        target = documents.target(written, inside=inside)
    except BadDescription:
        return None  # it is named, not used
    return targets.index(target) if target in targets else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a value says about its alternative: the `index` of it, or that `property` is missing (no
    `value`) or is none of `names`."""

    property: str
    names: tuple[str, ...]
    value: JsonValue = None
    is_missing: bool = False
    index: int | None = None


def choice_of(root: Any, path: Sequence[str | int], value: JsonValue) -> Choice | None:
    """Which alternative of the schema at `path` (that of its `oneOf` or `anyOf`) this value means; None
    where no discriminator says it."""
    holder = root
    for key in path[:-1]:
        try:
            holder = holder[key]
        except (KeyError, IndexError, TypeError):
            return None
    note = holder.get(KEYWORD) if isinstance(holder, Mapping) else None
    if not isinstance(note, Mapping) or not note["names"] or not isinstance(value, Mapping):
        return None
    names: Mapping[str, int] = note["names"]
    name, known = str(note["property"]), tuple(note["shown"])
    if name not in value:
        return Choice(property=name, names=known, is_missing=True)
    said = value[name]
    index = names.get(said) if isinstance(said, str) else None
    return Choice(property=name, names=known, value=said, index=index)
