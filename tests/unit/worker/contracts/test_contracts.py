"""Descriptions of APIs: what is read, matched and counted. How breaches read is in tests/golden."""

import json
from typing import Any

import pytest

from worker.contracts import Contracts
from worker.contracts.contract import Breach, Options
from worker.contracts.reading import BadDescription, read_document
from worker.files import MemoryFiles
from worker.models.exchange import PreparedRequest, Response


def described(
    paths: Any, *, version: str = "3.1.0", files: dict[str, bytes] | None = None, **more: Any
) -> Contracts:
    """The descriptions of one run: `api.json`, and files beside it."""
    document = {"openapi": version, "paths": paths, **more}
    return Contracts(MemoryFiles({"api.json": json.dumps(document).encode(), **(files or {})}))


def breaches(
    contracts: Contracts,
    method: str,
    url: str,
    *,
    base_url: str = "",
    options: Options | None = None,
    **more: Any,
) -> list[Breach]:
    """What is not as described of an exchange; `answer` is its JSON."""
    request = PreparedRequest(method=method, url=url, headers=more.get("headers", ()), body=more.get("body"))
    response = Response(
        status_code=more.get("status", 200),
        headers=(("Content-Type", "application/json"),),
        body=json.dumps(more.get("answer", {})).encode(),
    )
    return contracts.breaches("api.json", request, response, options or Options(), base_url=base_url)


def answering(schema: Any) -> dict[str, Any]:
    """An operation that answers 200 with this schema."""
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


@pytest.mark.parametrize(
    ("url", "base_url", "name"),
    [
        ("http://a/users/7", "", "/users/{id}"),
        ("http://a/users/me", "", "/users/me"),
        ("http://a/v2/users/7", "", "/users/{id}"),
        ("http://a/api/users/7?x=1", "http://a/api", "/users/{id}"),
        ("http://a/users/a%2Fb", "", "/users/{id}"),
        ("http://a/files/cat.png", "", "/files/{name}.{kind}"),
        ("http://a/users/7/", "", None),
        ("http://a/users", "", None),
    ],
)
def test_the_operation_of_an_address(url: str, base_url: str, name: str | None) -> None:
    """Plain paths go before parameters; servers and the base URL may stand in front."""
    paths = {path: {"get": answering({})} for path in ("/users/{id}", "/users/me", "/files/{name}.{kind}")}
    contracts = described(
        paths, servers=[{"url": "https://x.example/{version}", "variables": {"version": {"default": "v2"}}}]
    )
    breaches(contracts, "GET", url, base_url=base_url)
    contracts.touched(
        "api.json", PreparedRequest(method="GET", url=url), Response(status_code=200), base_url=base_url
    )
    touched = [each.path for each in contracts.coverage()[0].operations if each.is_touched]
    assert touched == ([name] if name else [])


def test_a_path_of_many_parameters_cannot_hang_a_run() -> None:
    """Six in one segment can be divided in more ways than there is time."""
    contracts = described({"/{a}{b}{c}{d}{e}{f}x": {"get": answering({})}})
    assert breaches(contracts, "GET", "http://a/" + "a" * 3_000)


@pytest.mark.parametrize(
    ("schema", "answer", "fits"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string", "enum": ["a"], "nullable": True}, None, True),
        ({"allOf": [{"type": "string"}], "nullable": True}, None, True),
        ({"type": "string"}, None, False),
        ({"minimum": 3, "exclusiveMinimum": True}, 3, False),
        ({"minimum": 3, "exclusiveMinimum": False}, 3, True),
        ({"maximum": 3, "exclusiveMaximum": True}, 3, False),
        ({"$ref": "#/components/schemas/A", "type": "string"}, 7, True),
        ({"type": "array", "items": {"$ref": "#/components/schemas/A"}}, ["x"], False),
    ],
)
def test_openapi_3_0_in_its_own_way(schema: Any, answer: Any, fits: bool) -> None:
    """`nullable`, limits that are booleans, and a `$ref` that stands alone."""
    contracts = described(
        {"/a": {"get": answering(schema)}},
        version="3.0.3",
        components={"schemas": {"A": {"type": "integer"}}},
    )
    assert (breaches(contracts, "GET", "http://a/a", answer=answer) == []) == fits


def test_openapi_3_1_is_json_schema() -> None:
    """A `$ref` may have company, and types are lists."""
    schema = {"$ref": "#/components/schemas/A", "maximum": 5}
    contracts = described(
        {"/a": {"get": answering(schema)}}, components={"schemas": {"A": {"type": ["integer", "null"]}}}
    )
    assert breaches(contracts, "GET", "http://a/a", answer=None) == []
    assert breaches(contracts, "GET", "http://a/a", answer=4) == []
    assert len(breaches(contracts, "GET", "http://a/a", answer=7)) == 1


def test_a_schema_may_mean_itself_and_lie_beside() -> None:
    """Circles, and files with references of their own."""
    node = {"Node": {"properties": {"next": {"$ref": "#/Node"}, "leaf": {"$ref": "leaf.json"}}}}
    contracts = described(
        {"/a": {"get": answering({"$ref": "sub/nodes.json#/Node"})}},
        files={"sub/nodes.json": json.dumps(node).encode(), "sub/leaf.json": b'{"type": "integer"}'},
    )
    assert breaches(contracts, "GET", "http://a/a", answer={"next": {"next": {"leaf": 1}}}) == []
    found = breaches(contracts, "GET", "http://a/a", answer={"next": {"next": {"leaf": "x"}}})
    assert [each.violation.path for each in found if each.violation] == [("next", "next", "leaf")]
    assert contracts.files_of("api.json") == ("api.json", "sub/nodes.json", "sub/leaf.json")


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("https://other.example/a.json#/A", "descriptions are never fetched"),
        ("/etc/passwd", "does not lie beside it"),
        ("#/components/schemas/Nothing", "which is not there"),
        ("nowhere.json", "the file did not come with the suite"),
    ],
)
def test_what_a_reference_may_not_be(reference: str, reason: str) -> None:
    """Nothing is fetched, and nothing read that was not given."""
    contracts = described({"/a": {"get": answering({"$ref": reference})}})
    with pytest.raises(BadDescription, match=reason):
        breaches(contracts, "GET", "http://a/a")


def bomb() -> bytes:
    """A million values in four lines."""
    lines = [b"a: &a [x]"]
    for name, below in ((b"b", b"a"), (b"c", b"b"), (b"d", b"c")):
        lines.append(name + b": &" + name + b" [" + b",".join([b"*" + below] * 100) + b"]")
    return b"\n".join([*lines, b"e: [*d, *d]"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "the file is not JSON"),
        (b"a: [", "the file is not YAML in line"),
        (b"\xff\xfe", "the file is not UTF-8"),
        (
            b"a: &a [x]\nb: &b ["
            + b"*a," * 99
            + b"]\nc: &c ["
            + b"*b," * 99
            + b"]\nd: &d ["
            + b"*c," * 99
            + b"]\ne: [*d]",
            "values",
        ),
        (b"[" * 500 + b"]" * 500, "too deep"),
    ],
    ids=["json", "yaml", "bytes", "aliases", "depth"],
)
def test_what_is_no_description(data: bytes, reason: str) -> None:
    """Some lines of YAML can mean a million values."""
    with pytest.raises(BadDescription, match=reason):
        read_document(data)


def test_dates_and_codes_of_yaml_are_texts() -> None:
    """A description is JSON in other clothes."""
    assert read_document(b"200: 2026-01-01\ntrue: yes") == {"200": "2026-01-01", "true": True}


def test_coverage_counts_every_exchange() -> None:
    """Operations, their statuses, and requests that are not described."""
    contracts = described({"/a": {"get": answering({}), "delete": answering({})}})
    for method, path, status in (("GET", "/a", 200), ("GET", "/a", 404), ("POST", "/b", 200)):
        request = PreparedRequest(method=method, url=f"http://a{path}")
        response = Response(status_code=status, headers=(("X-Trace", "1"), ("Date", "now")))
        contracts.touched("api.json", request, response)
    (coverage,) = contracts.coverage()
    assert coverage.touched == 1
    assert [(each.requests, each.statuses, each.undocumented_headers) for each in coverage.operations] == [
        (2, (200, 404), ("x-trace",)),
        (0, (), ()),
    ]
    assert coverage.undescribed == ("POST /b",)
    assert [each.method for each in coverage.untouched] == ["DELETE"]


def test_a_description_that_cannot_be_read_counts_nothing() -> None:
    """Coverage never disturbs a test; the check itself says what is wrong."""
    contracts = Contracts(MemoryFiles({"api.json": b"swagger: '2.0'"}))
    contracts.touched("api.json", PreparedRequest(method="GET", url="http://a/a"), Response(status_code=200))
    assert contracts.coverage() == ()
    with pytest.raises(BadDescription, match=r"api.json: the file is no OpenAPI 3 description"):
        breaches(contracts, "GET", "http://a/a")


def test_a_refused_request_may_break_rules() -> None:
    """Tests of refusals do so on purpose; an answer that is fine makes it count."""
    operation = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"required": ["a"]}}}},
        "responses": {"default": {}},
    }
    contracts = described({"/a": {"post": operation}}, version="3.0.0")
    sent: dict[str, Any] = {"body": b"{}", "headers": (("content-type", "application/json"),)}
    assert breaches(contracts, "POST", "http://a/a", status=422, **sent) == []
    assert len(breaches(contracts, "POST", "http://a/a", status=200, **sent)) == 1
    assert breaches(contracts, "POST", "http://a/a", status=200, options=Options(request=False), **sent) == []


def test_an_answer_may_have_a_body_that_nobody_described() -> None:
    """Descriptions leave out much; who wants it told says `strict`."""
    contracts = described({"/a": {"get": {"responses": {"200": {"description": "fine"}}}}})
    assert breaches(contracts, "GET", "http://a/a", answer={"a": 1}) == []
    [breach] = breaches(contracts, "GET", "http://a/a", answer={"a": 1}, options=Options(strict=True))
    assert breach.what == "it has a body, and none is described"


SHAPES_BY_KIND = {
    "Circle": {"required": ["kind", "radius"], "properties": {"radius": {"type": "number"}}},
    "Square": {"required": ["kind", "side", "unit"]},
}


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("mapping", "answer", "places"),
    [
        ({}, {"kind": "Square"}, ["side", "unit"]),
        ({"s": "#/components/schemas/Square"}, {"kind": "s"}, ["side", "unit"]),
        ({"s": "Square"}, {"kind": "s"}, ["side", "unit"]),
        ({"s": "Square"}, {"kind": "Square"}, ["side", "unit"]),
        ({"s": "nowhere.json"}, {"kind": "s"}, ["kind"]),
        ({"s": "https://other.example/a"}, {"kind": "s"}, ["kind"]),
        ({}, {"kind": ["Square"]}, ["kind"]),
        ({}, {}, ["kind"]),
    ],
)
def test_the_alternative_that_is_meant_is_told(
    word: str, mapping: dict[str, str], answer: Any, places: list[str]
) -> None:
    """By its property, however far it is from what came."""
    branches = [{"$ref": "#/components/schemas/Circle"}, {"$ref": "#/components/schemas/Square"}]
    schema = {word: branches, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    contracts = described({"/a": {"get": answering(schema)}}, components={"schemas": SHAPES_BY_KIND})
    [breach] = breaches(contracts, "GET", "http://a/a", answer=answer)
    assert breach.violation is not None
    found = [each.path[-1] if each.path else each.facts["property"] for each in breach.violation.nearest]
    assert found == places


def test_a_discriminator_changes_nothing_about_what_fits() -> None:
    """It says which alternative is meant, and no more; one that is nonsense says nothing."""
    branches = [{"$ref": "#/components/schemas/Circle"}, {"$ref": "#/components/schemas/Square"}]
    for said in ({"propertyName": "kind"}, {}, "kind", {"propertyName": 7}):
        schema = {"oneOf": branches, "discriminator": said}
        contracts = described({"/a": {"get": answering(schema)}}, components={"schemas": SHAPES_BY_KIND})
        assert breaches(contracts, "GET", "http://a/a", answer={"kind": "other", "radius": 2}) == []
