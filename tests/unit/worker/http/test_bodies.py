"""What requests carry, kind by kind."""

import gzip
import json
from email.parser import BytesParser

import pytest

from context.values import JsonValue
from tests.builders import a_request
from worker.errors import RequestError
from worker.files import MemoryFiles
from worker.http.build import build_request
from worker.http.origin import Origin
from worker.models.exchange import PreparedRequest
from worker.models.request import BodyKind, Part, Request

FILES = MemoryFiles({"files/cat.png": b"\x89PNG\r\n", "data.bin": b"\x00\x01"})


def as_is(value: JsonValue, *, field: str) -> JsonValue:
    """Nothing to fill."""
    return value


def built(request: Request) -> PreparedRequest:
    """The request, ready to be sent."""
    return build_request(request, render=as_is, origin=Origin(base_url="https://api.test", files=FILES))


def refusal(request: Request) -> RequestError:
    """Why this request cannot be sent."""
    with pytest.raises(RequestError) as caught:
        built(request)
    assert caught.value.hint
    return caught.value


def content_type(request: PreparedRequest) -> str:
    """What the body is said to be."""
    return dict(request.headers)["Content-Type"]


def test_a_form_is_sent_as_browsers_do() -> None:
    """Lists repeat a field, null leaves it out, spaces are plus signs."""
    body: JsonValue = {"name": "Ada & Bob", "tag": ["a", "ü"], "none": None, "n": 1.5, "yes": True}
    request = built(a_request("POST", body_kind=BodyKind.FORM, body=body))
    assert request.body == b"name=Ada+%26+Bob&tag=a&tag=%C3%BC&n=1.5&yes=true"
    assert content_type(request) == "application/x-www-form-urlencoded"


def test_xml_is_sent_as_xml() -> None:
    """The text as it is."""
    request = built(a_request("POST", body_kind=BodyKind.XML, body="<a>ü</a>"))
    assert (request.body, content_type(request)) == ("<a>ü</a>".encode(), "application/xml")


def test_a_file_is_sent_byte_for_byte() -> None:
    """Its type is that of its ending, unless the test says another one."""
    plain = built(a_request("PUT", body_kind=BodyKind.FILE, parts=(Part(file="files/cat.png"),)))
    other = built(
        a_request("PUT", body_kind=BodyKind.FILE, parts=(Part(file="data.bin", content_type="x/y"),))
    )
    assert (plain.body, content_type(plain)) == (b"\x89PNG\r\n", "image/png")
    assert (other.body, content_type(other)) == (b"\x00\x01", "x/y")


def test_a_form_with_files_can_be_read_by_others() -> None:
    """Python's own parser of e-mail finds each part with its name, file name, type and data."""
    parts = (
        Part(name="title", text='My "cat"'),
        Part(name="picture", file="files/cat.png"),
        Part(name="raw", file="data.bin", filename='odd"name.bin', content_type="x/y"),
        Part(name="meta", text='{"a": 1}', content_type="application/json"),
    )
    request = built(a_request("POST", body_kind=BodyKind.MULTIPART, parts=parts))
    head = f"Content-Type: {content_type(request)}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + (request.body or b""))
    found = [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type() if "content-type" in part else None,
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
        if not isinstance(part, str)
    ]
    assert found == [
        ("title", None, None, b'My "cat"'),
        ("picture", "cat.png", "image/png", b"\x89PNG\r\n"),
        ("raw", "odd%22name.bin", "x/y", b"\x00\x01"),
        ("meta", None, "application/json", b'{"a": 1}'),
    ]


def test_the_same_form_is_the_same_body() -> None:
    """So that a run with the same seed sends the same requests, to the byte."""
    parts = (Part(name="a", text="1"),)
    request = a_request("POST", body_kind=BodyKind.MULTIPART, parts=parts)
    assert built(request).body == built(request).body


def test_a_name_cannot_smuggle_in_a_header() -> None:
    """Line breaks in names of parts and files are encoded; in types they are refused."""
    part = Part(name="a\r\nX-Evil: 1", file="data.bin", filename="b\nc")
    body = built(a_request("POST", body_kind=BodyKind.MULTIPART, parts=(part,))).body or b""
    assert b"\nX-Evil" not in body
    evil = Part(name="a", text="1", content_type="x/y\r\nX-Evil: 1")
    error = refusal(a_request("POST", body_kind=BodyKind.MULTIPART, parts=(evil,)))
    assert error.where == "multipart[0].type"


def test_a_file_that_cannot_be_had_is_named() -> None:
    """With the field that wants it."""
    error = refusal(a_request("PUT", body_kind=BodyKind.FILE, parts=(Part(file="gone.txt"),)))
    assert (error.what, error.where) == ("gone.txt: the file did not come with the suite", "file")


def test_a_run_without_files_says_so() -> None:
    """A worker whose suites came without files."""
    request = a_request("PUT", body_kind=BodyKind.FILE, parts=(Part(file="cat.png"),))
    with pytest.raises(RequestError, match="this run has no files"):
        build_request(request, render=as_is, base_url="https://api.test")


def test_a_body_can_be_sent_compressed() -> None:
    """It says so in a header; the same body is the same bytes, whenever it is sent."""
    request = a_request("POST", body_kind=BodyKind.JSON, body={"a": 1}, gzip=True)
    sent = built(request)
    assert gzip.decompress(sent.body or b"") == b'{"a":1}'
    assert dict(sent.headers)["Content-Encoding"] == "gzip"
    assert sent.body == built(request).body
    assert sent.story.plain == b'{"a":1}'


def test_nothing_is_not_compressed() -> None:
    """No body, no header about it."""
    sent = built(a_request("POST", gzip=True))
    assert sent.body is None
    assert "Content-Encoding" not in dict(sent.headers)


GRAPHQL: JsonValue = {
    "query": "query One($id: ID!) { product(id: $id) { name } } query Two { me { id } }",
    "variables": {"id": 7},
    "operation": "One",
}


def test_graphql_is_sent_as_its_servers_want_it() -> None:
    """Query, variables and the operation's name in a JSON body; its complexity is measured."""
    request = built(a_request("POST", "/graphql", body_kind=BodyKind.GRAPHQL, body=GRAPHQL))
    assert isinstance(GRAPHQL, dict)
    assert json.loads(request.body or b"") == {
        "query": GRAPHQL["query"],
        "variables": {"id": 7},
        "operationName": "One",
    }
    assert content_type(request) == "application/json"
    assert request.story.graphql_complexity == 2


def test_a_get_of_graphql_says_it_in_the_query() -> None:
    """Variables as JSON, no body."""
    request = built(a_request("GET", "/graphql", body_kind=BodyKind.GRAPHQL, body=GRAPHQL))
    assert request.body is None
    assert "variables=%7B%22id%22%3A7%7D&operationName=One" in request.url


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            {"query": "{ me { id }"},
            "this is no GraphQL: Expected Name, found <EOF> at line 1, column 12 of the query",
        ),
        ({"query": "query A { a } query B { b }"}, "the query has several operations"),
        ({"query": "query A { a }", "operation": "C"}, "the query has no operation 'C'"),
        ({"query": "fragment F on User { id }"}, "the query has no operation"),
    ],
)
def test_what_is_no_graphql_is_refused(body: JsonValue, what: str) -> None:
    """With the place in the query, or the operations that there are."""
    assert refusal(a_request("POST", body_kind=BodyKind.GRAPHQL, body=body)).what == what


def test_cookies_are_sent_together() -> None:
    """Those of the test in one header, beside one that it wrote itself."""
    request = a_request(cookies={"theme": "dark", "n": 1}, headers={"Cookie": "own=1"})
    assert dict(built(request).headers)["Cookie"] == "own=1; theme=dark; n=1"


@pytest.mark.parametrize("value", ["a;b", "a,b", "a\nb"])
def test_a_cookie_cannot_smuggle_in_another(value: str) -> None:
    """And the value is not quoted: it may be secret."""
    error = refusal(a_request(cookies={"session": value}))
    assert error.where == "cookies.session"
    assert value not in error.what
