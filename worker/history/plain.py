"""An explanation as a JSON object. Its fields are named one by one: programs rely on them."""

from context.values import JsonValue
from worker.history.facts import Edge, Gift, RunFacts, TestFacts
from worker.history.lines import line_of
from worker.history.why import Explanation, Handover, context_after

#: It rises when a field changes its meaning or goes.
VERSION = 1

Plain = dict[str, JsonValue]


def plain_explanation(told: Explanation) -> Plain:
    """All of it, the context after the test included."""
    test = told.test
    return {
        "version": VERSION,
        "test": test.name,
        "title": test.title,
        "place": test.place,
        "run": _run(told.run) if told.run.id else None,
        "verdict": test.verdict.value if test.verdict else None,
        "reason": test.reason,
        "required_only": test.required_only,
        "waits_for": [
            {"dependent": link.dependent, "depth": link.depth, **_edge(link.edge)} for link in told.links
        ],
        "received": [_handover(each) for each in told.received],
        "handed_on": [_gift(gift) for gift in test.gifts],
        "waited_for_by": [{"dependent": name, **_edge(edge)} for name, edge in told.waiting.items()],
        "cause": _cause(told.cause) if told.cause else None,
        "way": list(told.way),
        "context": [{**_handover(each), "new": new} for each, new in context_after(told.run, test.name)],
    }


def _run(run: RunFacts) -> Plain:
    return {
        "id": run.id,
        "recorded": run.recorded,
        "started_at": run.started_at,
        "environment": run.environment,
        "status": run.status,
        "command": run.command,
        "start": dict(run.start),
    }


def _edge(edge: Edge) -> Plain:
    return {
        "required": edge.required,
        "kind": edge.kind.value,
        "reasons": list(edge.reasons),
        "places": list(edge.places),
    }


def _gift(gift: Gift) -> Plain:
    return {
        "name": gift.name,
        "kind": gift.kind,
        "capture": gift.capture,
        "secret": gift.secret,
        "known": gift.known,
        "value": gift.value,
        "used_by": list(gift.used_by),
        "expires_at": gift.expires_at,
    }


def _handover(each: Handover) -> Plain:
    return {"from": each.giver, **_gift(each.gift)}


def _cause(cause: TestFacts) -> Plain:
    line = line_of(cause)
    return {
        "test": cause.name,
        "place": cause.place,
        "verdict": cause.verdict.value if cause.verdict else None,
        "reason": cause.reason,
        "category": cause.category,
        "tries": list(line.get("tries", ())),
    }
