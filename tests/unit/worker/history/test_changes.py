"""Which tests have changed since a revision, and why they count."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.repositories import Repository
from worker.history.changes import changed_tests
from worker.history.git import Revision
from worker.parsing import load_suites

SUITE = """\
suite: shop
variables: { limit: 3, colour: red }
environments:
  local: { base_url: "http://127.0.0.1:1" }
  staging: { base_url: "https://staging.example.com" }
tests:
  catalog:
    GET: /catalog?limit={{ limit }}
  cart:
    POST: /cart
    json: { id: 1 }
  upload:
    POST: /upload
    file: data/picture.bin
  order:
    GET: /order
    expect: { schema: { file: schemas/order.json } }
  picture:
    GET: /picture
    expect: { snapshot: true }
  add:
    rows: { csv: data/rows.csv }
    POST: /cart
    json: { id: "{{ row.number }}" }
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository whose tests name files of every kind, with nothing changed; the current folder."""
    found = Repository(tmp_path)
    found.put("tests/shop.yaml", SUITE)
    found.put("tests/data/picture.bin", "x")
    found.put("tests/data/rows.csv", "name,number\nfirst,1\nsecond,2\n")
    found.put("tests/schemas/order.json", "{}")
    found.put("tests/__snapshots__/shop/picture.json", "{}")
    found.commit()
    monkeypatch.chdir(tmp_path)
    return found


def changed(environment: str = "local") -> Mapping[str, str]:
    """The keys of changed tests, with why."""
    found = changed_tests(
        load_suites([Path("tests")]),
        revision_at=lambda folder: Revision("HEAD", folder=folder, option="--changed"),
        environment=environment,
    )
    return {name.removeprefix("shop/"): why.removesuffix(" since HEAD") for name, why in found.items()}


def suite(text: str) -> None:
    """Write the suite anew."""
    Path("tests/shop.yaml").write_text(text)


def test_nothing_has_changed(repository: Repository) -> None:
    """No test."""
    assert changed() == {}


def test_a_test_counts_by_its_words_not_by_its_place(repository: Repository) -> None:
    """A comment, an empty line, another way of writing the same: no test is different."""
    suite("# shop\n\n" + SUITE.replace("json: { id: 1 }", "json:\n      id: 1  # the first"))
    assert changed() == {}


@pytest.mark.parametrize(
    ("before", "after", "tests"),
    [
        ("json: { id: 1 }", "json: { id: 2 }", {"cart": "its words are different"}),
        ("json: { id: 1 }", "json: { id: true }", {"cart": "its words are different"}),
        ("json: { id: 1 }", "json: { id: 1 }\n  more: { GET: /more }", {"more": "it is new"}),
        ("limit: 3", "limit: 4", {"catalog": "the variable limit is different"}),
        ("colour: red", "colour: blue", {}),
        ("staging.example.com", "example.org", {}),
    ],
)
def test_what_is_different_in_the_file_counts_for_its_tests(
    repository: Repository, before: str, after: str, tests: dict[str, str]
) -> None:
    """A variable for those that use it; another environment for nobody."""
    suite(SUITE.replace(before, after))
    assert changed() == tests


def test_the_environment_counts_for_all(repository: Repository) -> None:
    """If it is the one that is run in."""
    suite(SUITE.replace("staging.example.com", "example.org"))
    assert set(changed("staging").values()) == {"the environment staging is different"}
    assert len(changed("staging")) == 7


@pytest.mark.parametrize(
    ("path", "text", "tests"),
    [
        ("data/picture.bin", "y", {"upload": "tests/data/picture.bin is different"}),
        ("schemas/order.json", "true", {"order": "tests/schemas/order.json is different"}),
        (
            "__snapshots__/shop/picture.json",
            "1",
            {"picture": "its snapshot tests/__snapshots__/shop/picture is different"},
        ),
        ("data/rows.csv", "name,number\nfirst,1\nsecond,3\n", {"add[second]": "its words are different"}),
        (
            "data/rows.csv",
            "name,number\nfirst,1\nsecond,2\nthird,3\n",
            {"add[third]": "it is new"},
        ),
        ("other.txt", "new", {}),
    ],
)
def test_files_that_a_test_names_count_for_it(
    repository: Repository, path: str, text: str, tests: dict[str, str]
) -> None:
    """Of a table only the rows that are different."""
    Path("tests", path).write_text(text)
    assert changed() == tests


def test_hooks_before_all_count_for_all(repository: Repository) -> None:
    """What comes before every test is a part of every test."""
    suite(SUITE + "hooks: { before_all: [ { POST: /reset } ] }\n")
    assert set(changed()) >= {"catalog", "cart", "before-all"}


def test_a_template_of_another_file_counts_for_who_uses_it(repository: Repository) -> None:
    """The file of the test itself is as it was."""
    repository.put(
        "tests/shared.yaml", "suite: shared\ntemplates: { look: { GET: /look } }\ntests: { x: { GET: /x } }\n"
    )
    suite(SUITE + "  look: { use: shared.yaml#look }\n")
    repository.commit()
    assert changed() == {}
    repository.put(
        "tests/shared.yaml", "suite: shared\ntemplates: { look: { GET: /see } }\ntests: { x: { GET: /x } }\n"
    )
    assert changed() == {"look": "its words are different"}


def test_all_tests_of_a_new_file_are_new(repository: Repository) -> None:
    """Also before git knows of it."""
    repository.put("tests/new.yaml", "suite: new\ntests: { a: { GET: / } }\n")
    assert changed() == {"new/a": "its file is new"}


def test_a_file_that_had_mistakes_counts_as_a_whole(repository: Repository) -> None:
    """Nobody can say what its tests were."""
    suite("suite: shop\ntests: 7\n")
    repository.commit()
    suite(SUITE)
    assert set(changed().values()) == {"its file had mistakes and is different"}
