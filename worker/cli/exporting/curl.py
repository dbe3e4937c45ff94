"""Tests as curl commands in a shell script."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from context.execution import ExecutionContext
from context.values import MASK
from worker.cli.exporting.basic import with_basic
from worker.cli.exporting.building import Building
from worker.cli.exporting.symbols import Symbols
from worker.errors import RequestError
from worker.files import Files
from worker.http.oauth2 import token_request
from worker.models.environment import Environment
from worker.models.exchange import LateAuth, PreparedRequest
from worker.models.graph import Plan
from worker.models.outcome import ExchangeRecord, PartRecord
from worker.models.request import AuthKind, CookieScope
from worker.models.suite import Step, Test
from worker.reports.curl import curl_command

#: How a variable is written inside of JSON, and inside of a URL or a form.
_TONGUES = {
    "json": """json() { printf '%s' "$1" | sed 's/\\\\/&&/g; s/"/\\\\"/g'; }""",
    "url": """url() { printf '%s' "$1" | od -An -v -tx1 | tr -d '\\n' | tr ' ' '%'; }""",
}

#: A secret as it is; what is made of one is something else.
_SECRET = re.compile(r"secrets(?:\.[\w-]+|\[[^\[\]]+\])")


class CurlScript:
    """Writes tests as a script of curl commands. What only a run knows, and what is secret unless
    `context` holds it, are variables of the shell: a missing one ends the script with its meaning."""

    def __init__(self, plan: Plan, environment: Environment, context: ExecutionContext, files: Files) -> None:
        self._environment = environment
        self._captures = _captures(plan)
        self._building = Building(environment, context, files)
        self._symbols = self._building.symbols

    def lines(self, tests: Mapping[str, Test]) -> Iterator[str]:
        """The whole script."""
        where = self._environment.base_url or "no base URL"
        yield "#!/bin/sh"
        yield f"# Exported by Baton for {self._environment.name} ({where})."
        yield "set -eu"
        told: set[str] = set()
        steps = [
            line
            for test in tests.values()
            for step in test.steps
            for line in ["", *self._step(test, step, told)]
        ]
        yield from (
            line for tongue, line in _TONGUES.items() if any(f"$({tongue} " in each for each in steps)
        )
        if any(_JARS in each for each in steps):
            yield from _MAKE_JARS
        yield from steps

    def _step(self, test: Test, step: Step, told: set[str]) -> Iterator[str]:
        name = f"{test.name}, {step.name}" if step.name else test.name
        title = f": {test.title}" if test.title and test.title != test.key else ""
        yield _comment(f"{name}{title} ({step.where})")
        if test.skip_reason is not None:
            yield _comment(f"skipped: {test.skip_reason}")
        try:
            command = self._command(test, step)
        except RequestError as error:
            yield _comment(f"cannot be exported: {error.what}" + (f" ({error.hint})" if error.hint else ""))
            return
        for variable, expression in self._symbols.found_in(command):
            if variable not in told and expression not in _OWN:
                told.add(variable)
                yield f': "${{{variable}:?{_in_message(self._meaning(expression))}}}"'
        yield self._symbols.in_shell(command)

    def _command(self, test: Test, step: Step) -> str:
        """The lines of the commands with marks: for a token that is asked for, two of them."""
        request, symbols = self._building.request(test, step), self._symbols
        record = _record(request, symbols)
        cookies = _cookies(test, step, symbols)
        record = replace(record, curl_options=(*record.curl_options, *cookies))
        lines = [*_asking(request, symbols), *curl_command(record)]
        return "\n".join(lines)

    def _meaning(self, expression: str) -> str:
        """What a variable is to hold, for somebody who has none of it yet."""
        if _SECRET.fullmatch(expression):
            return "a secret of the environment"
        for name, story in self._captures.items():
            if name in expression.replace("[", ".").replace("]", "").split("."):
                return story
        return f"in Baton it is {expression}"


def _captures(plan: Plan) -> dict[str, str]:
    return {
        rule.name: f"{test.name} captures it, by {rule.source} {rule.expression or ''}".rstrip()
        for test in plan.tests.values()
        for rule in test.captures
    }


def _record(request: PreparedRequest, symbols: Symbols) -> ExchangeRecord:
    """The exchange as curl is told it, nothing masked: what is secret is a mark, or was asked for."""
    headers, options = request.headers, list(request.curl_options)
    if request.auth is not None:
        headers, options = _with_late_auth(request.auth, headers, options, symbols)
    headers, user = with_basic(headers)
    options = ["--user", user, *options] if user else options
    story = request.story
    return ExchangeRecord(
        method=request.method,
        url=symbols.within(request.url, "url"),
        request_headers=headers,
        request_body=_body(request, symbols),
        request_parts=tuple(
            PartRecord(
                name=part.name,
                text=part.text,
                file=part.file,
                filename=part.filename,
                content_type=part.content_type,
            )
            for part in story.parts
        ),
        request_gzip=story.plain is not None,
        curl_options=tuple(options),
    )


def _body(request: PreparedRequest, symbols: Symbols) -> str | None:
    story = request.story
    body = request.body if story.plain is None else story.plain
    if story.parts or body is None:
        return None
    text = body.decode(errors="replace")
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    if "json" in kind:
        return symbols.within(text, "json")
    return symbols.within(text, "url") if "x-www-form-urlencoded" in kind else text


#: The shell's name of a token that the script itself asks for, and how it is found in the answer.
_TOKEN = "OAUTH2_TOKEN"
_ACCESS_TOKEN = """sed -n 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p'"""

#: The shell's name of the folder with a jar of cookies for each test, and one for those that share it.
_JARS = "COOKIE_JARS"
_MAKE_JARS = (f"{_JARS}=$(mktemp -d)", f"trap 'rm -rf \"${_JARS}\"' EXIT")
#: What the script gives values to by itself.
_OWN = (_TOKEN, _JARS)

_Headers = tuple[tuple[str, str], ...]


def _asking(request: PreparedRequest, symbols: Symbols) -> list[str]:
    """The command that asks an authorization server for a token, where one is needed."""
    if request.auth is None or request.auth.kind is not AuthKind.OAUTH2:
        return []
    asked = curl_command(_record(token_request(request, request.auth.values), symbols))
    return [f"{_TOKEN}=$({asked[0]}", *asked[1:-1], f"{asked[-1]} | {_ACCESS_TOKEN})"]


def _cookies(test: Test, step: Step, symbols: Symbols) -> tuple[str, ...]:
    """Where the cookies are that a server has set, as far as a run would send them again."""
    scope, goes_on = step.request.cookie_scope, step.request.follow_redirects
    if scope is CookieScope.OFF:
        return ()
    is_shared = scope is CookieScope.RUN
    jar = f"{symbols.mark(_JARS)}/{'run' if is_shared else test.name.replace('/', '.')}"
    read = ("--cookie", jar) if is_shared or goes_on or step is not test.steps[0] else ()
    kept = ("--cookie-jar", jar) if is_shared or goes_on or step is not test.steps[-1] else ()
    return (*read, *kept)


def _with_late_auth(
    auth: LateAuth, headers: _Headers, options: list[str], symbols: Symbols
) -> tuple[_Headers, list[str]]:
    values = auth.values
    if auth.kind is AuthKind.OAUTH2:
        return (*headers, ("Authorization", f"Bearer {symbols.mark(_TOKEN)}")), options
    secret = values["secret_key"] if auth.kind is AuthKind.AWS else values["password"]
    options = [option.replace(MASK, secret) for option in options]
    if auth.kind is AuthKind.AWS and values.get("session_token"):
        headers = (*headers, ("X-Amz-Security-Token", values["session_token"]))
    return headers, options


def _comment(text: str) -> str:
    return f"# {' '.join(text.split())}"


def _in_message(text: str) -> str:
    """A text between double quotes and braces of a shell."""
    plain = " ".join(text.split())
    for sign in '\\"`$}':
        plain = plain.replace(sign, f"\\{sign}")
    return plain
