"""The body against the one of an earlier run, with masks for what varies."""

import json
from collections.abc import Mapping, Sequence

from context.extract import body_text
from context.jsonpath import BadPath, places
from context.patterns import PatternError, replace
from context.values import JsonValue
from worker.assertions.difference import difference, text_difference
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.values import hidden, hidden_text, is_list
from worker.models.exchange import Response
from worker.models.expectation import Expectation
from worker.snapshots import Outcome, SnapshotRefused
from worker.snapshots.paths import snapshot_path

#: What stands where a mask was.
MASKED = "<masked>"


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the body, without its secrets, with the snapshot of this test."""
    if response.truncated:
        return Finding(complaint="the body is too long for a snapshot")
    masks = [str(mask) for mask in _list(expectation.options.get("mask"))]
    path = snapshot_path(
        scene.path,
        suite=scene.suite,
        test=scene.test,
        step=scene.step,
        name=str(expectation.options.get("file", "")),
    )
    try:
        return _compare(response, path, masks, scene)
    except (SnapshotRefused, BadPath, PatternError) as error:
        return Finding(complaint=f"{path}: {error}")


def _compare(response: Response, path: str, masks: Sequence[str], scene: Scene) -> Finding:
    snapshots = scene.tools.snapshots
    try:
        document = masked(hidden(response.json()), masks)
    except ValueError as error:
        if snapshots.exists(f"{path}.json"):
            return Finding(complaint=f"{error}, and the snapshot {path}.json is JSON")
        text = _without(hidden_text(body_text(response)).replace("\r\n", "\n"), masks)
        outcome = snapshots.take(f"{path}.txt", text, all_well=scene.all_well)
        changed = "" if outcome.kept is None else text_difference(outcome.kept, text)
        return _finding(f"{path}.txt", outcome, changed)
    outcome = snapshots.take(f"{path}.json", written(document), all_well=scene.all_well)
    if outcome.kept is None:
        return _finding(f"{path}.json", outcome, "")
    try:
        kept: JsonValue = json.loads(outcome.kept)
    except (ValueError, RecursionError):
        return Finding(complaint=f"the snapshot {path}.json is not JSON; --update-snapshots writes it anew")
    # The same document may be written in another way: by hand, or with its keys in another order.
    return _finding(f"{path}.json", outcome, difference(kept, document))


def _finding(path: str, outcome: Outcome, changed: str) -> Finding:
    if outcome.complaint:
        return Finding(complaint=outcome.complaint, difference=outcome.hint)
    if changed:
        return Finding(
            complaint=f"the body is not as in {path} (if it is right now: --update-snapshots)",
            difference=changed,
        )
    return Finding(note=outcome.note)


def written(document: JsonValue) -> str:
    """A JSON document as its file has it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def masked(document: JsonValue, masks: Sequence[str]) -> JsonValue:
    """The document with `<masked>` at every place that a mask names: a JSONPath, or a regular
    expression for parts of texts. Raises BadPath and PatternError."""
    for mask in masks:
        if not mask.startswith("$"):
            document = _in_texts(document, mask)
            continue
        for place in places(document, mask):
            document = _with_mask_at(document, place)
    return document


def _with_mask_at(value: JsonValue, place: Sequence[str | int]) -> JsonValue:
    if not place:
        return MASKED
    first, rest = place[0], place[1:]
    if isinstance(value, Mapping) and isinstance(first, str) and first in value:
        return {**value, first: _with_mask_at(value[first], rest)}
    if is_list(value) and isinstance(first, int):
        return [_with_mask_at(each, rest) if index == first else each for index, each in enumerate(value)]
    return value  # an earlier mask has covered it


def _in_texts(value: JsonValue, mask: str) -> JsonValue:
    if isinstance(value, str):
        return _without(value, [mask])
    if isinstance(value, Mapping):
        return {key: _in_texts(item, mask) for key, item in value.items()}
    return [_in_texts(item, mask) for item in value] if is_list(value) else value


def _without(text: str, masks: Sequence[str]) -> str:
    for mask in masks:
        if not mask.startswith("$"):
            text = replace(mask, text, MASKED)
    return text


def _list(value: JsonValue) -> Sequence[JsonValue]:
    return value if is_list(value) else ()
