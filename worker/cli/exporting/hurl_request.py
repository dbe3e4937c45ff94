"""The request of an entry of a Hurl file."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl

from worker.cli.exporting.basic import with_basic
from worker.cli.exporting.hurl_text import Spelling
from worker.models.exchange import PreparedRequest
from worker.models.request import AuthKind
from worker.models.suite import Step, Test
from worker.reports.curl import CURLS_OWN

#: Options of curl that Hurl has under the same name: those with a value, and those that are switched on.
_WITH_VALUE = frozenset({"--max-redirs", "--proxy", "--cacert", "--cert", "--key", "--aws-sigv4", "--user"})
_SWITCHES = frozenset({"--location", "--insecure", "--http1.1", "--http2"})

_JSON, _FORM, _MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


class HurlRequest:
    """Writes one request. `notes` are what Hurl cannot be told, in words."""

    def __init__(self, test: Test, step: Step, request: PreparedRequest, spelling: Spelling) -> None:
        self._test = test
        self._step = step
        self._request = request
        self._spelling = spelling
        self._headers, self._user = with_basic(request.headers)
        self._kind = next((value for name, value in self._headers if name.lower() == "content-type"), "")
        self.notes: list[str] = []

    def lines(self) -> Iterator[str]:
        """The method and the URL, headers, sections, and the body."""
        url, query = self._address()
        yield f"{self._request.method} {self._spelling.url(url)}"
        yield from self._header_lines()
        yield from _section("Options", list(self._options()))
        yield from _section("Query", [self._field(name, value) for name, value in query])
        yield from _section("Form", [self._field(*pair) for pair in self._form()])
        yield from _section("Multipart", list(self._parts()))
        if self._user:
            name, _, password = self._user.partition(":")
            yield from _section("BasicAuth", [self._field(name, password)])
        yield from self._body()

    def _address(self) -> tuple[str, list[tuple[str, str]]]:
        """Variables in a query go into a section of their own, which encodes them."""
        url, mark, query = self._request.url.partition("?")
        if not mark or not self._spelling.has_marks(query):
            return self._request.url, []
        return url, parse_qsl(query, keep_blank_values=True)

    def _header_lines(self) -> Iterator[str]:
        for name, value in self._headers:
            if name.lower() in CURLS_OWN or (name.lower(), value) == ("accept", "*/*"):
                continue
            if name.lower() == "content-type" and self._is_written_by_hurl(value):
                continue
            if name.lower() == "content-encoding" and self._request.story.plain is not None:
                continue
            yield self._field(name, value)
        auth = self._request.auth
        if auth is not None and auth.kind is AuthKind.OAUTH2:
            yield "Authorization: Bearer {{oauth2_token}}"

    def _is_written_by_hurl(self, kind: str) -> bool:
        """Whether the section or the body that Hurl is given makes it write this itself."""
        is_json = kind == _JSON and self._json() is not None
        return is_json or kind == _FORM or kind.startswith(_MULTIPART)

    def _options(self) -> Iterator[str]:
        test, options = self._test, iter(self._request.curl_options)
        if test.skip_reason is not None:
            yield "skip: true"
        for option in options:
            name = option.removeprefix("--")
            if option in _SWITCHES:
                yield f"{name}: true"
            elif option in _WITH_VALUE:
                yield f"{name}: {self._spelling.value(self._with_secret(option, next(options)))}"
            elif option == "--connect-timeout":
                yield f"{name}: {round(float(next(options)) * 1000)}ms"
            else:
                value = f" '{next(options)}'" if option == "--noproxy" else ""
                self.notes.append(f"is sent with {option}{value}, which `hurl` may be told")
        if test.retries and self._step.repeat is None:
            yield f"retry: {test.retries}"
            yield f"retry-interval: {round(test.retry_delay_seconds * 1000)}ms"

    def _with_secret(self, option: str, value: str) -> str:
        auth = self._request.auth
        if option != "--user" or auth is None:
            return value
        secret = auth.values["secret_key"] if auth.kind is AuthKind.AWS else auth.values["password"]
        return f"{value.partition(':')[0]}:{secret}"

    def _form(self) -> list[tuple[str, str]]:
        body = self._text()
        if self._kind != _FORM or body is None or self._request.story.parts:
            return []
        return parse_qsl(body, keep_blank_values=True)

    def _parts(self) -> Iterator[str]:
        for part in self._request.story.parts if self._kind.startswith(_MULTIPART) else ():
            if part.file is None:
                if part.content_type:
                    self.notes.append(f"the part {part.name} is of the type {part.content_type}")
                yield self._field(part.name, part.text or "")
            else:
                if part.filename and part.filename != part.file.rpartition("/")[2]:
                    self.notes.append(f"the file {part.file} is called {part.filename}")
                kind = f" {part.content_type}" if part.content_type else ""
                yield f"{self._spelling.key(part.name)}: file,{self._spelling.value(part.file)};{kind}"

    def _text(self) -> str | None:
        """The body as it was before it was compressed; None where there is none."""
        story = self._request.story
        body = self._request.body if story.plain is None else story.plain
        if body is None:
            return None
        try:
            return body.decode()
        except UnicodeDecodeError:
            return None

    def _json(self) -> str | None:
        text = self._text()
        try:
            return None if text is None else self._spelling.json(json.loads(text))
        except ValueError:
            return None

    def _body(self) -> Iterator[str]:
        request = self._request
        if request.story.plain is not None:
            self.notes.append("the body is sent compressed")
        if request.story.parts:
            if not self._kind.startswith(_MULTIPART):
                yield from (f"file,{part.file};" for part in request.story.parts if part.file)
        elif request.body is not None and self._kind != _FORM:
            yield from self._plain_body(self._text(), request.body)

    def _plain_body(self, text: str | None, body: bytes) -> Iterator[str]:
        document = self._json() if self._kind == _JSON else None
        if document is not None:
            yield document
        elif text is None or ("\n" in text and not self._spelling.has_marks(text)):
            # Other notations would add a line break, or cannot hold every byte.
            yield f"base64,{base64.b64encode(body if text is None else text.encode()).decode()};"
        elif "\n" in text:
            self.notes.append("the body ends with a line break that a run does not send")
            yield f"```\n{self._spelling.block(text)}\n```"
        else:
            yield self._spelling.one_line(text)

    def _field(self, name: str, value: str) -> str:
        return f"{self._spelling.key(name)}: {self._spelling.value(value)}".rstrip()


def _section(name: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"[{name}]"
        yield from lines
