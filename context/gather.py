"""What capture rules find in a response, and how it is told to people and to the store."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.errors import TemplateError
from context.extract import ResponseView, extract
from context.limits import json_value
from context.masking import Mask
from context.outcomes import Found, NotFound
from context.state import CaptureRecordData, ContextDelta, Provenance
from context.values import MASK, JsonValue

#: The longest value that may be captured, in characters of its JSON text.
MAX_CAPTURED_CHARACTERS = 1_000_000

#: What a captured value is called in its own filter.
FILTERED = "value"

#: Values with their origins, as one test captured them.
Kept = tuple[tuple[Provenance, JsonValue], ...]


def look_for(response: ResponseView, rule: CaptureRule) -> Found | NotFound | None:
    """What the rule finds; None if there is nothing, and that is all right."""
    outcome = extract(response, rule)
    if isinstance(outcome, Found) and rule.filter:
        outcome = _filtered(outcome.value, rule)
    if isinstance(outcome, Found):
        return _usable(outcome, rule, body_bytes=len(response.body))
    if rule.required:
        return outcome
    return Found(rule.default) if rule.has_default or rule.default is not None else None


def _filtered(value: JsonValue, rule: CaptureRule) -> Found | NotFound:
    """The value after its filters, which are those of templates."""
    from context.templating import render

    try:
        return Found(render(filter_template(rule.filter), {FILTERED: json_value(value)}))
    except TemplateError as error:
        # The name under which filters see the value is ours; nobody wrote it.
        return NotFound(f"{written(rule)}: the filter '{rule.filter}' failed: {error.what}")


def filter_template(chain: str) -> str:
    """The template that a chain of filters is, such as `split(',') | first`."""
    return f"{{{{ {FILTERED} | {chain} }}}}"


def _usable(found: Found, rule: CaptureRule, *, body_bytes: int) -> Found | NotFound:
    if rule.target is CaptureTarget.TOKEN and found.value in (None, ""):
        return NotFound(f"{written(rule)}: the token is empty")
    try:
        if body_bytes > MAX_CAPTURED_CHARACTERS and _characters(found.value) > MAX_CAPTURED_CHARACTERS:
            return NotFound(
                f"{written(rule)}: the value is too large; "
                f"{MAX_CAPTURED_CHARACTERS:,} characters are the limit"
            )
        return Found(json_value(found.value))
    except TemplateError as error:
        return NotFound(f"{written(rule)}: it cannot be kept: {error.what}")
    except RecursionError:
        return NotFound(f"{written(rule)}: it cannot be kept: it is nested too deeply")


def _characters(value: JsonValue) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def is_secret(rule: CaptureRule) -> bool:
    """Whether what this rule finds is hidden because of the rule itself."""
    return rule.secret or rule.target is CaptureTarget.TOKEN


def written(rule: CaptureRule) -> str:
    """The rule in a few words, such as `$.user.id`, `header: Location` or `header: Link | lower`."""
    return f"{_source_of(rule)} | {rule.filter}" if rule.filter else _source_of(rule)


def _source_of(rule: CaptureRule) -> str:
    if rule.source is CaptureSource.JSONPATH:
        return rule.expression
    return f"{rule.source.value}: {rule.expression}" if rule.expression else rule.source.value


def origin_of(
    rule: CaptureRule, value: JsonValue, *, test: str, mask: Mask, expires_at: datetime | None = None
) -> Provenance:
    """Where a captured value comes from. One that holds a secret is a secret itself."""
    return Provenance(
        name=rule.name,
        kind=rule.target,
        test=test,
        capture=mask.text(written(rule)),
        secret=is_secret(rule) or mask.holds_secret(value),
        expires_at=expires_at,
    )


def record_of(rule: CaptureRule, value: JsonValue, *, mask: Mask) -> CaptureRecordData:
    """What a capture found, for people."""
    return CaptureRecordData(
        name=rule.name,
        target=rule.target.value,
        source=mask.text(written(rule)),
        value=MASK if is_secret(rule) else mask.value(value),
    )


def delta_of(test: str, kept: Kept) -> ContextDelta:
    """What a test added: what people may see, and apart from it what they may not."""
    return ContextDelta(
        test=test,
        tokens=tuple(origin.name for origin, _ in kept if origin.kind is CaptureTarget.TOKEN),
        variables=_shown(_of_kind(kept, CaptureTarget.VARIABLE)),
        captured_data=_shown(kept),
        provenance=tuple(origin.as_record() for origin, _ in kept),
        secrets=_hidden(kept),
    )


def _shown(kept: Iterable[tuple[Provenance, JsonValue]]) -> dict[str, JsonValue]:
    return {origin.name: MASK if origin.secret else value for origin, value in kept}


def _hidden(kept: Kept) -> dict[str, Mapping[str, JsonValue]]:
    groups = {
        "tokens": _of_kind(kept, CaptureTarget.TOKEN),
        "variables": _of_kind(kept, CaptureTarget.VARIABLE),
        "captured_data": kept,
    }
    hidden = {
        group: {origin.name: value for origin, value in values if origin.secret}
        for group, values in groups.items()
    }
    return {group: values for group, values in hidden.items() if values}


def _of_kind(kept: Kept, kind: CaptureTarget) -> Kept:
    return tuple((origin, value) for origin, value in kept if origin.kind is kind)
