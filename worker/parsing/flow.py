"""When a test runs and how often, as the rest of Baton knows it."""

from collections.abc import Iterator, Mapping
from typing import Any

from worker.models.dependency import DependencyKind, Need
from worker.models.flow import Backoff, RetryOn, RetryRule
from worker.models.suite import Quarantine, SuiteLimits
from worker.parsing.requests import read_limits
from worker.parsing.source import Source

DEFAULT_RETRY_DELAY_SECONDS = 0.5
DEFAULT_LONGEST_DELAY_SECONDS = 30.0

_ANY = RetryRule()


def read_retries(read: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[int, float, RetryRule]:
    """How often, after how many seconds, and when. What the test says goes before the defaults."""
    said: Mapping[str, Any] = read.get("retries", defaults.get("retries", {}))
    delay = said.get(
        "delay", read.get("retry_delay", defaults.get("retry_delay", DEFAULT_RETRY_DELAY_SECONDS))
    )
    if said.keys() <= {"count", "delay"}:
        return said.get("count", 0), delay, _ANY
    return said.get("count", 0), delay, _rule(said)


def said_of_flow(read: Mapping[str, Any], defaults: Mapping[str, Any]) -> frozenset[str]:
    """Which of `timeout`, `retries` and `retry_delay` the test or its suite says itself."""
    retries: Mapping[str, Any] = read.get("retries", defaults.get("retries", {}))
    said = {
        "timeout": read_limits(read, defaults).total is not None,
        "retries": "count" in retries,
        "retry_delay": "delay" in retries or "retry_delay" in read or "retry_delay" in defaults,
    }
    return frozenset(word for word, is_said in said.items() if is_said)


def _rule(said: Mapping[str, Any]) -> RetryRule:
    return RetryRule(
        backoff=Backoff(said.get("backoff", Backoff.EXPONENTIAL)),
        max_delay_seconds=said.get("max_delay", DEFAULT_LONGEST_DELAY_SECONDS),
        on=tuple(RetryOn(reason) for _, reason in said.get("on", ())),
        when=said.get("when"),
    )


def read_suite_limits(head: Mapping[str, Any]) -> SuiteLimits:
    """What the tests of a suite may do together."""
    parallel = head.get("parallel", True)
    at_once = 1 if parallel is False else None if parallel is True else parallel
    return SuiteLimits(bail=head.get("bail"), at_once=at_once, timeout_seconds=head.get("timeout"))


def read_environments(read: Mapping[str, Any]) -> tuple[str, ...]:
    """Names or kinds of the environments that the test may run in."""
    return tuple(name for _, name in read.get("requires", {}).get("environment", ()))


def read_quarantine(read: Mapping[str, Any]) -> Quarantine | None:
    """The test's quarantine, if it is in one."""
    said = read.get("quarantine")
    if said is None:
        return None
    return Quarantine(owner=said.get("owner", ""), reason=said.get("reason", ""), until=said.get("until"))


def read_needs(read: Mapping[str, Any], source: Source) -> Iterator[Need]:
    """Tests that were named."""
    for word, kind in (("needs", DependencyKind.DATA), ("after", DependencyKind.ORDER)):
        for place, name in read.get(word, ()):
            yield Need(name=name, kind=kind, where=place.location(source))
