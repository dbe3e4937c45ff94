"""Tests as a Hurl file: an entry for each request, in an order that keeps what they need."""

import re
from collections.abc import Iterator, Mapping

from context.capture import CaptureRule, CaptureTarget
from context.execution import ExecutionContext
from worker.cli.exporting.building import Building
from worker.cli.exporting.hurl_asserts import HurlAsserts, Unsaid
from worker.cli.exporting.hurl_request import HurlRequest
from worker.cli.exporting.hurl_text import Spelling, variable
from worker.cli.exporting.symbols import variable_name
from worker.errors import RequestError
from worker.files import Files
from worker.http.oauth2 import token_request
from worker.models.environment import Environment
from worker.models.exchange import PreparedRequest
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.graph import Plan
from worker.models.request import AuthKind
from worker.models.suite import Step, Test

#: Where a name of a run leads, and the positions behind it: captured_data.catalog.ids[0].
_TOKEN = re.compile(r"(?:tokens|shared_auth_tokens)\.([\w-]+)")
_VARIABLE = re.compile(r"(?:shared_variables\.)?([\w-]+)((?:\[\d+\])*)")
_DATA = re.compile(r"captured_data\.(?:([\w-]+)/)?([\w\[\]-]+?)\.([\w-]+)((?:\[\d+\])*)")


class HurlFile:
    """Writes tests as the entries of a Hurl file. What Hurl has no words for is a comment in its place, and
    all such comments are told once more at the end."""

    def __init__(self, plan: Plan, environment: Environment, context: ExecutionContext, files: Files) -> None:
        self._plan = plan
        self._environment = environment
        self._building = Building(environment, context, files)
        self._spelling = Spelling(self._building.symbols)
        self._unsaid: list[str] = []
        self._found: set[str] = set()

    def lines(self, tests: Mapping[str, Test]) -> Iterator[str]:
        """The whole file."""
        # What is captured follows from what the requests use: they are all built first.
        built = [(test, step, self._build(test, step)) for test in tests.values() for step in test.steps]
        entries = [line for each in built for line in ["", *self._entry(*each)]]
        where = self._environment.base_url or "no base URL"
        yield f"# Exported by Baton for {self._environment.name} ({where})."
        yield from self._missing(entries)
        yield from entries
        for test in tests.values():
            self._note_what_is_around(test)
        if self._unsaid:
            yield ""
            yield "# What Hurl has no words for:"
            yield from (f"# * {said}" for said in self._unsaid)

    def _build(self, test: Test, step: Step) -> PreparedRequest | str:
        """The request, or why there is none."""
        try:
            request = self._building.request(test, step)
        except RequestError as error:
            return error.what + (f" ({error.hint})" if error.hint else "")
        for expectation in step.expectations:
            self._building.render_of(test, step)(expectation.expected, field="expect")
        return request

    def _entry(self, test: Test, step: Step, request: PreparedRequest | str) -> Iterator[str]:
        name = f"{test.name}, {step.name}" if step.name else test.name
        title = f": {test.title}" if test.title and test.title != test.key else ""
        yield _comment(f"{name}{title} ({step.where})")
        if isinstance(request, str):
            yield self._note(name, f"cannot be exported: {request}")
            return
        yield from self._asking(test, step, request)
        writer = HurlRequest(test, step, request, self._spelling)
        lines = list(writer.lines())
        yield from (self._note(name, said) for said in [*writer.notes, *_around(step)])
        yield from lines
        yield from self._answer(test, step, name)

    def _asking(self, test: Test, step: Step, request: PreparedRequest) -> Iterator[str]:
        """The entry that asks an authorization server for a token, where one is needed."""
        if request.auth is not None and request.auth.kind is AuthKind.OAUTH2:
            asked = token_request(request, request.auth.values)
            yield from HurlRequest(test, step, asked, self._spelling).lines()
            yield from ("HTTP 200", "[Captures]", 'oauth2_token: jsonpath "$.access_token" redact', "")

    def _answer(self, test: Test, step: Step, name: str) -> Iterator[str]:
        asserts = HurlAsserts(
            self._spelling,
            lambda value: self._building.render_of(test, step)(value, field="expect"),
        )
        first = asserts.status(step.expectations)
        captures = list(self._captures(test, step, name, asserts))
        checks = [
            line
            for each in step.expectations
            if not (first != "HTTP *" and each.kind is ExpectationKind.STATUS)
            for line in self._checks(each, name, asserts)
        ]
        yield first
        yield from _section("Captures", captures)
        yield from _section("Asserts", checks)

    def _checks(self, expectation: Expectation, name: str, asserts: HurlAsserts) -> list[str]:
        try:
            return list(asserts.lines(expectation))
        except Unsaid:
            operator = "" if expectation.operator is Operator.EQUALS else f" {expectation.operator}"
            what = " ".join(filter(None, (expectation.kind.value, expectation.subject)))
            return [self._note(name, f"expects {what}{operator} ({expectation.where})")]

    def _captures(self, test: Test, step: Step, name: str, asserts: HurlAsserts) -> Iterator[str]:
        for rule in step.captures:
            wanted = list(self._wanted(test, rule)) or [(variable(variable_name(rule.name)), ())]
            follows = step.request.follow_redirects
            for as_name, places in wanted:
                try:
                    yield asserts.capture(rule, name=as_name, follows=follows, places=places)
                    self._keep(name, as_name)
                except Unsaid:
                    yield self._note(name, f"captures {rule.name} by {rule.source} {rule.expression}")

    def _keep(self, name: str, as_name: str) -> None:
        if as_name in self._found:
            self._unsaid.append(f"{name}: captures {as_name} anew: from here on entries get this one")
        self._found.add(as_name)

    def _wanted(self, test: Test, rule: CaptureRule) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The variables that are made of what this rule finds."""
        for mark, expression in self._building.symbols.expressions():
            places = _places(expression, test, rule)
            if places is not None:
                yield variable(mark), places

    def _missing(self, entries: list[str]) -> Iterator[str]:
        """The variables that somebody has to give."""
        text = "\n".join(entries)
        for mark, expression in self._building.symbols.expressions():
            name = variable(mark)
            if name not in self._found and f"{{{{{name}}}}}" in text:
                option = "--secret" if expression.startswith("secrets") else "--variable"
                yield _comment(f"{option} {name}=… : in Baton it is {expression}")

    def _note_what_is_around(self, test: Test) -> None:
        for said, what in (
            (test.cleanup, "its clean-up"),
            (test.when, f"that it runs only when {test.when}"),
            (test.locks, f"its locks {', '.join(test.locks)}"),
        ):
            if said:
                self._unsaid.append(f"{test.name}: {what}")

    def _note(self, name: str, said: str) -> str:
        told = " ".join(said.split())
        self._unsaid.append(f"{name}: {told}")
        return _comment(f"not in Hurl: {told}")


def _section(name: str, lines: list[str]) -> Iterator[str]:
    """Its lines; a head only where there is more than comments."""
    if not all(line.startswith("#") for line in lines):
        yield f"[{name}]"
    yield from lines


def _around(step: Step) -> Iterator[str]:
    if step.repeat is not None:
        yield f"is repeated until {step.repeat.until}"
    if step.when is not None:
        yield f"is left out unless {step.when}"


def _places(expression: str, test: Test, rule: CaptureRule) -> tuple[int, ...] | None:
    """The positions behind this rule's value that an expression names; None where it means another."""
    if match := _TOKEN.fullmatch(expression):
        is_it = rule.target is CaptureTarget.TOKEN and match.group(1) == rule.name
        return () if is_it else None
    if match := _DATA.fullmatch(expression):
        suite, key, name, places = match.groups()
        is_it = (key, name) == (test.key, rule.name) and suite in (None, test.suite)
        return _numbers(places) if is_it else None
    if match := _VARIABLE.fullmatch(expression):
        is_it = rule.target is CaptureTarget.VARIABLE and match.group(1) == rule.name
        return _numbers(match.group(2)) if is_it else None
    return None


def _numbers(places: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", places)))


def _comment(text: str) -> str:
    return f"# {' '.join(text.split())}"
