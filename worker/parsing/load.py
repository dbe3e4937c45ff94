"""A file's text becomes a Suite, or Problems."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from context.values import JsonValue
from worker.errors import SuiteError
from worker.models.environment import Environment
from worker.models.problem import ProblemKind
from worker.models.request import BodyKind, Request
from worker.models.suite import DependencyKind, NameUse, Need, Priority, Suite, Test
from worker.parsing.captures import Captured, all_are_known
from worker.parsing.compose import compose, without_garbage_collection
from worker.parsing.document import METHODS, SUITE, TEST
from worker.parsing.expectations import read_expectations
from worker.parsing.mistake import Mistake
from worker.parsing.names import read_test_key, slug
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.reading import in_order_of_files
from worker.parsing.requests import merge_headers, read_auth, read_environment, read_method_and_url
from worker.parsing.source import Source, read_source
from worker.parsing.tree import build_tree
from worker.parsing.uses import VariableUses, find_uses

DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_RETRY_DELAY_SECONDS = 0.5

#: Parts of a test that may hold templates.
_WITH_TEMPLATES = (*METHODS, "request", "query", "headers", "json", "text", "auth", "expect")


#: What an endpoint or an environment gives where neither the test nor its suite says it.
_LEFT_TO_ENDPOINTS = ("timeout", "retries", "retry_delay", "auth")


def load_suite(path: Path) -> Suite:
    """Read one suite file. Raises SuiteError with all problems of the file."""
    return _suite_of(read_source(path))


def parse_suite(text: str, *, path: str) -> Suite:
    """Read a suite from its text; `path` is what problems call it. Raises SuiteError."""
    return _suite_of(Source(path, text))


def _suite_of(source: Source) -> Suite:
    suite = read_suite(source)
    if source.problems or suite is None:
        raise SuiteError(in_order_of_files(source.problems, ()))
    return suite


def read_suite(source: Source) -> Suite | None:
    """The suite as far as it can be read; its problems are in the source."""
    if source.problems:
        return None
    with without_garbage_collection():
        return _read_text(source)


def _read_text(source: Source) -> Suite | None:
    node = compose(source)
    if node is None:
        return None
    place = build_tree(source, node)
    try:
        head = SUITE.read(place, source)
    except Mistake as mistake:
        note(source, place, mistake)
        return None
    return _SuiteLoader(place, head, source).load()


class _SuiteLoader:
    """Makes a Suite of a file's values."""

    def __init__(self, place: Place, head: Mapping[str, Any], source: Source) -> None:
        self._place = place
        self._head = head
        self._source = source
        self._defaults: Mapping[str, Any] = head.get("defaults", {})
        self._variables = VariableUses(place.child("variables"), source)
        self._header_uses = self._uses_of_default_headers()
        self._unreadable: set[str] = set()
        self._key = ""

    def load(self) -> Suite:
        """The suite, as far as it can be read."""
        title = self._head.get("suite") or Path(self._source.path).stem
        self._key = self._suite_key(title)
        return Suite(
            key=self._key,
            title=title,
            description=self._head.get("description", ""),
            tests=dict(self._tests()),
            environments=self._environments(),
            variables=self._head.get("variables", {}),
            tags=self._tags(self._head),
            path=self._source.path,
            source=self._source.text,
            where=self._place.find(("suite",)).location(self._source),
            unreadable=frozenset(self._unreadable),
        )

    def _suite_key(self, title: str) -> str:
        key: str = self._head.get("key") or slug(title)
        if not key and self._place.child("key") is None:
            self._source.add(
                ProblemKind.BAD_VALUE,
                "no key can be made of this title",
                self._place.find(("suite",)).location(self._source),
                hint="add 'key:' with small letters, digits and '-'",
            )
        return key or "suite"

    def _tags(self, *holders: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag for holder in holders for _, tag in holder.get("tags", ())))

    def _environments(self) -> dict[str, Environment]:
        read: Mapping[str, Mapping[str, Any]] = self._head.get("environments", {})
        defaults = [name for name, values in read.items() if values.get("default")]
        for extra in defaults[1:]:
            place = self._place.find(("environments", extra, "default"))
            self._source.add(
                ProblemKind.BAD_VALUE,
                f"only one environment can be the default, and {defaults[0]!r} is it already",
                place.key_location(self._source),
                hint="remove one of them",
            )
        return {name: read_environment(name, values) for name, values in read.items()}

    def _tests(self) -> Iterator[tuple[str, Test]]:
        tests = self._place.child("tests")
        if tests is None:
            return
        if not isinstance(tests.children, dict) or not tests.children:
            self._no_tests(tests)
            return
        for key, place in tests.children.items():
            yield key, self._test(key, place)

    def _no_tests(self, place: Place) -> None:
        kind = ProblemKind.MISSING_KEY if not place.data else ProblemKind.WRONG_TYPE
        what = "this suite has no tests" if not place.data else "tests are a mapping: a key and what it does"
        where = place.key_location(self._source)
        self._source.add(kind, what, where, hint="write for example { login: { POST: /login } }")

    def _test(self, key: str, place: Place) -> Test:
        source = self._source
        where = place.key_location(source)
        try:
            read_test_key(key)
        except Mistake as mistake:
            source.add(mistake.kind, mistake.what, where, hint=mistake.hint)
        try:
            read = TEST.read(place, source)
        except Mistake as mistake:
            note(source, place, mistake)
            read = {}
        captured: list[Captured] = read.get("capture", [])
        if not _captures_are_known(place, captured):
            self._unreadable.add(key)
        return Test(
            suite=self._key,
            key=key,
            title=read.get("title", ""),
            description=read.get("description", ""),
            request=self._request(read, place),
            expectations=read_expectations(
                read.get("expect", {}), place.child("expect") if "expect" in read else None, where, source
            ),
            captures=tuple(rule for rule, _ in captured),
            capture_places=tuple(place for _, place in captured),
            needs=tuple(self._needs(read)),
            uses=self._variables.with_variables(self._uses(place)),
            timeout_seconds=self._value(read, "timeout", DEFAULT_TIMEOUT_SECONDS),
            retries=self._value(read, "retries", 0),
            retry_delay_seconds=self._value(read, "retry_delay", DEFAULT_RETRY_DELAY_SECONDS),
            tags=self._tags(self._head, self._defaults, read),
            priority=Priority(self._value(read, "priority", Priority.MEDIUM)),
            idempotent=read.get("idempotent", True),
            skip_reason=read.get("skip"),
            said=self._said(read),
            where=where,
        )

    def _value(self, read: Mapping[str, Any], key: str, otherwise: Any) -> Any:
        """What the test says, else the suite's defaults, else Baton."""
        return read[key] if key in read else self._defaults.get(key, otherwise)

    def _said(self, read: Mapping[str, Any]) -> frozenset[str]:
        words = [word for word in _LEFT_TO_ENDPOINTS if word in read or word in self._defaults]
        headers = (*self._defaults.get("headers", ()), *read.get("headers", ()))
        return frozenset((*words, *(f"headers.{name.lower()}" for name in headers)))

    def _request(self, read: Mapping[str, Any], place: Place) -> Request:
        method, url = read_method_and_url(read)
        body_kind, body = self._body(read, place)
        return Request(
            method=method,
            url=url,
            headers=merge_headers(self._defaults.get("headers", {}), read.get("headers", {})),
            query=read.get("query", {}),
            body_kind=body_kind,
            body=body,
            auth=read_auth(read.get("auth", {})),
            follow_redirects=self._value(read, "follow_redirects", False),
            verify_tls=self._value(read, "verify_tls", True),
        )

    def _body(self, read: Mapping[str, Any], place: Place) -> tuple[BodyKind, JsonValue]:
        if "json" in read and "text" in read:
            self._source.add(
                ProblemKind.BAD_VALUE,
                "a request cannot have both 'json' and 'text'",
                place.find(("text",)).key_location(self._source),
                hint="keep one of them",
            )
        if "json" in read:
            return BodyKind.JSON, read["json"]
        return (BodyKind.TEXT, read["text"]) if "text" in read else (BodyKind.NONE, None)

    def _needs(self, read: Mapping[str, Any]) -> Iterator[Need]:
        for word, kind in (("needs", DependencyKind.DATA), ("after", DependencyKind.ORDER)):
            for place, name in read.get(word, ()):
                yield Need(name=name, kind=kind, where=place.location(self._source))

    def _uses(self, place: Place) -> Iterator[NameUse]:
        for key in _WITH_TEMPLATES:
            child = place.child(key)
            if child is not None:
                yield from find_uses(child, key, self._source)
        headers = place.child("headers")
        own = {name.lower() for name in headers.keyed()} if headers is not None else set()
        for name, uses in self._header_uses.items():
            if name.lower() not in own:
                yield from uses

    def _uses_of_default_headers(self) -> dict[str, tuple[NameUse, ...]]:
        if "headers" not in self._defaults:
            return {}
        headers = self._place.find(("defaults", "headers")).keyed()
        return {
            name: tuple(find_uses(value, f"headers.{name}", self._source)) for name, value in headers.items()
        }


def _captures_are_known(place: Place, captured: list[Captured]) -> bool:
    """Whether mistakes left all captures readable. An unknown key may have been meant for them."""
    written = place.child("capture")
    if written is not None:
        return all_are_known(written, captured)
    return bool(place.keyed()) and all(key in TEST.keys for key in place.keyed())
