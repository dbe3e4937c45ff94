"""Which operations have changed, and which tests call them."""

from pathlib import Path

import pytest

from tests.builders import a_request, a_suite, a_test
from tests.repositories import Repository
from worker.errors import UsageError
from worker.history.git import Revision
from worker.history.operations import callers_of_changes

API = """\
openapi: 3.1.0
info: { title: shop, version: "1" }
servers: [ { url: "https://api.example.com/v1" } ]
paths:
  /users:
    get: { responses: { "200": { $ref: "#/components/responses/Users" } } }
    post: { responses: { "201": { description: made } } }
  /users/me:
    get: { responses: { "200": { description: you } } }
  /users/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
    get: { responses: { "200": { description: one } } }
    delete: { responses: { "204": { description: gone } } }
  /files/{name}.txt:
    get: { responses: { "200": { description: text } } }
components:
  responses:
    Users:
      description: all
      content: { application/json: { schema: { $ref: "#/components/schemas/Tree" } } }
  schemas:
    Tree: { type: object, properties: { left: { $ref: "#/components/schemas/Tree" } } }
"""
TESTS = a_suite(
    *(
        a_test(key, request=a_request(method, url))
        for key, method, url in (
            ("all", "GET", "/users"),
            ("all-too", "GET", "{{ base_url }}/v1/users?limit=3"),
            ("make", "POST", "https://api.example.com/v1/users"),
            ("me", "GET", "/users/me"),
            ("one", "GET", "/users/{{ captured_data.make.id }}"),
            ("seven", "GET", "/users/7"),
            ("remove", "DELETE", "/users/{{ id }}"),
            ("text", "GET", "/files/{{ name }}.txt"),
            ("other", "GET", "/nowhere"),
        )
    )
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with the description; the current folder."""
    found = Repository(tmp_path)
    found.put("api.yaml", API)
    found.commit()
    monkeypatch.chdir(tmp_path)
    return found


def callers() -> dict[str, str]:
    """The keys of the tests that call what has changed since the last commit, and what that is."""
    revision = Revision("HEAD", folder=Path(), option="--changed-openapi")
    found = callers_of_changes([TESTS], Path("api.yaml"), revision)
    return {
        name.removeprefix("shop/"): why.removeprefix("it calls ").removesuffix(" since HEAD")
        for name, why in found.items()
    }


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("description: made", "description: done", {"make": "POST /users, which is different"}),
        ("description: you", "description: me", {"me": "GET /users/me, which is different"}),
        (
            "description: one",
            "description: 1",
            dict.fromkeys(("one", "seven"), "GET /users/{id}, which is different"),
        ),
        (
            "schema: { type: integer }",
            "schema: { type: string }",
            {
                **dict.fromkeys(("one", "seven"), "GET /users/{id}, which is different"),
                "remove": "DELETE /users/{id}, which is different",
            },
        ),
        (
            "Tree: { type: object",
            "Tree: { type: [object, 'null']",
            dict.fromkeys(("all", "all-too"), "GET /users, which is different"),
        ),
        ("title: shop", "title: store", {}),
        ("description: text", "description: words", {"text": "GET /files/{name}.txt, which is different"}),
        (
            "  /users/me:\n",
            "  /nowhere: { get: { responses: {} } }\n  /users/me:\n",
            {"other": "GET /nowhere, which is new"},
        ),
    ],
)
def test_who_calls_a_changed_operation(
    repository: Repository, before: str, after: str, found: dict[str, str]
) -> None:
    """By method and path, what references refer to included. A word fits better than a parameter, and a
    part that is filled later is rather a parameter than a word."""
    repository.put("api.yaml", API.replace(before, after))
    assert callers() == found


def test_an_operation_that_is_gone_has_no_callers(repository: Repository) -> None:
    """Nothing can be tried of it."""
    repository.put(
        "api.yaml", API.replace('    delete: { responses: { "204": { description: gone } } }\n', "")
    )
    assert callers() == {}


@pytest.mark.parametrize("text", ["swagger: '2.0'", "[", "openapi: 3.1.0\npaths: { /a: { $ref: '#/nope' } }"])
def test_what_is_no_description_is_refused(repository: Repository, text: str) -> None:
    """With the file and what is wrong with it."""
    repository.put("api.yaml", text)
    with pytest.raises(UsageError, match="no operations are known: ") as refusal:
        callers()
    assert refusal.value.where == "--changed-openapi api.yaml"


def test_a_description_that_was_not_there_is_refused(repository: Repository) -> None:
    """The revision is named."""
    repository.git("mv", "api.yaml", "old.yaml")
    repository.commit()
    repository.put("api.yaml", API)
    with pytest.raises(UsageError, match="no operations are known in HEAD: it cannot be read"):
        callers()


def test_references_in_a_circle_end(repository: Repository) -> None:
    """A schema that is made of itself, twice over."""
    twice = API.replace("Tree } } }", 'Tree }, right: { $ref: "#/components/schemas/Tree" } } }')
    repository.put("api.yaml", twice)
    assert set(callers()) <= {"all", "all-too"}
