"""What a step found out, as it may leave the run: masked."""

from dataclasses import replace

from context.findings import Findings
from context.masking import Mask
from worker.models.outcome import CaptureRecord, CheckResult


def masked_check(result: CheckResult, mask: Mask) -> CheckResult:
    """The check without secrets."""
    if not mask.knows_any:
        return result
    expectation = result.expectation
    written = mask.value(expectation.expected)
    # A file may have a secret in plain text, too; most have none, and are not copied.
    if written != expectation.expected:
        expectation = replace(expectation, expected=written)
    filled = result.expected is not result.expectation.expected
    return CheckResult(
        expectation=expectation,
        passed=result.passed,
        expected=mask.value(result.expected) if filled else written,
        actual=mask.value(result.actual),
        message=mask.text(result.message) if result.message else "",
        difference=mask.text(result.difference) if result.difference else "",
    )


def record_captures(findings: Findings) -> tuple[CaptureRecord, ...]:
    """What was captured, masked already."""
    return tuple(
        CaptureRecord(name=record.name, target=record.target, source=record.source, value=record.value)
        for record in findings.records
    )
