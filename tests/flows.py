"""Suites as they are written, run from begin to end by a manual clock."""

from collections.abc import Mapping
from textwrap import dedent

from context.execution import ExecutionContext
from tests.engines import BASE_URL, Line, Play
from worker.graph import make_plan
from worker.models.exchange import Response
from worker.models.graph import Selection
from worker.models.suite import Suite
from worker.parsing import parse_suite


def a_written_suite(tests: str, *, head: str = "") -> Suite:
    """A suite with these lines under `tests:` and these at its top."""
    body = "".join(f"  {line}\n" for line in dedent(tests).strip().splitlines())
    return parse_suite(f"suite: s\n{dedent(head).strip()}\ntests:\n{body}", path="s.yaml")


def a_play(
    tests: str,
    script: Mapping[str, Line] | None = None,
    *,
    head: str = "",
    selection: Selection | None = None,
    variables: Mapping[str, str] | None = None,
) -> Play:
    """A run of these tests; the script has an answer for each path."""
    suite = a_written_suite(tests, head=head)
    context = ExecutionContext(base_url=BASE_URL, variables=dict(variables or {}))
    return Play(make_plan([suite], selection), script, context=context)


def json(text: str, status: int = 200) -> Response:
    """An answer with this JSON."""
    return Response(status_code=status, headers=(("content-type", "application/json"),), body=text.encode())


def in_turn(*lines: "int | Response | Exception") -> Line:
    """Answers one after the other; the last one for ever."""
    waiting = list(lines)
    return lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0]
