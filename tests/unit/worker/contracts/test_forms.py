"""Forms and objects in queries, held to the schemas of a description."""

from typing import Any

import pytest

from tests.unit.worker.contracts.test_contracts import breaches as all_breaches
from tests.unit.worker.contracts.test_contracts import described
from worker.contracts import Contracts
from worker.contracts.contract import Breach, Options
from worker.http.multipart import Field, encode

SCHEMA = {
    "type": "object",
    "required": ["user"],
    "properties": {
        "user": {"type": "string"},
        "age": {"type": "integer", "minimum": 18},
        "tag": {"type": "array", "items": {"type": "string"}},
        "about": {"type": "object", "required": ["cat"]},
        "picture": {"type": "string", "format": "binary"},
    },
    "additionalProperties": False,
}


def breaches(contracts: Contracts, method: str, url: str, **more: Any) -> list[Breach]:
    """What is wrong with a request."""
    return all_breaches(contracts, method, url, options=Options(response=False), **more)


def taking(content_type: str, schema: Any = SCHEMA) -> Contracts:
    """An operation that takes such a body."""
    body = {"content": {content_type: {"schema": schema}}}
    return described({"/users": {"post": {"requestBody": body, "responses": {"200": {"description": "ok"}}}}})


def wrong_in_form(body: str, schema: Any = SCHEMA) -> int:
    """How many rules this form breaks."""
    kind = "application/x-www-form-urlencoded"
    headers = (("Content-Type", kind),)
    return len(breaches(taking(kind, schema), "POST", "http://a/users", headers=headers, body=body.encode()))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("user=ada&age=36&tag=a&tag=b", 0),
        ("user=ada&tag=a", 0),
        ("user=ada&age=12", 1),
        ("user=ada&age=old", 1),
        ("age=36", 1),
        ("user=ada&unknown=1", 1),
        ("user=36", 0),
    ],
)
def test_a_form_is_an_object(body: str, wrong: int) -> None:
    """Its texts are numbers and lists where the schema has such properties, and texts elsewhere."""
    assert wrong_in_form(body) == wrong


def test_properties_may_come_from_elsewhere() -> None:
    """By `allOf`, as descriptions like to write it."""
    assert wrong_in_form("user=ada&age=12", {"allOf": [SCHEMA]}) == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ((Field(name="user", data=b"ada"), Field(name="picture", data=b"\xff\x00", filename="cat.png")), 0),
        ((Field(name="user", data=b"ada"), Field(name="age", data=b"12")), 1),
        ((Field(name="user", data=b"ada"), Field(name="about", data=b'{"cat": 1}')), 0),
        ((Field(name="user", data=b"ada"), Field(name="about", data=b'{"dog": 1}')), 1),
        ((Field(name="picture", data=b"x", filename="x"),), 1),
    ],
)
def test_a_form_with_files_is_an_object(fields: tuple[Field, ...], wrong: int) -> None:
    """A file is a text; a part that is an object is JSON."""
    body, kind = encode(fields)
    found = breaches(
        taking("multipart/form-data"),
        "POST",
        "http://a/users",
        headers=(("Content-Type", kind),),
        body=body,
    )
    assert len(found) == wrong


FILTER = {
    "type": "object",
    "properties": {"state": {"enum": ["open", "paid"]}, "least": {"type": "integer"}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("query", "more", "wrong"),
    [
        ("filter[state]=open&filter[least]=3", {"style": "deepObject"}, 0),
        ("filter%5Bstate%5D=lost", {"style": "deepObject"}, 1),
        ("filter[other]=1", {"style": "deepObject"}, 1),
        ("", {"style": "deepObject", "required": True}, 1),
        ("state=open&least=3", {}, 0),
        ("state=lost", {}, 1),
        ("stranger=1", {}, 1),
    ],
)
def test_an_object_in_a_query(query: str, more: dict[str, Any], wrong: int) -> None:
    """As a deepObject, or with its members as parameters of their own."""
    parameter = {"name": "filter", "in": "query", "schema": FILTER, **more}
    contracts = described(
        {"/orders": {"get": {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}}}
    )
    assert len(breaches(contracts, "GET", f"http://a/orders?{query}")) == wrong


@pytest.mark.parametrize(("asked", "wrong"), [(None, 0), (True, 1), (False, 0)])
def test_a_request_that_was_refused_is_checked_where_that_is_wanted(asked: bool | None, wrong: int) -> None:
    """Tests of refusals break rules on purpose; others want to know why they were refused."""
    kind = "application/x-www-form-urlencoded"
    options = Options(request=asked, response=False)
    headers = (("Content-Type", kind),)
    found = all_breaches(
        taking(kind),
        "POST",
        "http://a/users",
        options=options,
        headers=headers,
        body=b"age=36",
        status=422,
    )
    assert len(found) == wrong
