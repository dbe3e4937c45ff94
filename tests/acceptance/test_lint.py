"""`baton lint` as a process."""

import json
from pathlib import Path

from tests.acceptance.commands import baton

TEN_MISTAKES = """\
suite: mistakes
colour: blue
environments:
  local: { base_url: 8900 }
tests:
  a:
    GTE: /one
  b:
    GET: /two
    expect: { status: 2000 }
  c:
    GET: /three
    needs: [nobody]
  d:
    GET: /four
    timeout: soon
  e:
    GET: "/{{ tokens.missing }}"
  f:
    GET: "/{{ unclosed"
  g:
    GET: /seven
    needs: [g]
  h:
    GET: /eight
    needs: [i]
  i:
    GET: /nine
    needs: [h]
  j:
    GET: /ten
    retries: -1
"""


def test_ten_mistakes_are_ten_problems(tmp_path: Path) -> None:
    """All of them at once, each with line, column and the line itself."""
    (tmp_path / "mistakes.yaml").write_text(TEN_MISTAKES)
    done = baton("lint", "mistakes.yaml", "--format", "json", home=tmp_path)
    problems = json.loads(done.stdout)["problems"]
    assert done.returncode == 2
    assert len(problems) >= 10, done.stdout
    assert all(problem["where"]["line"] and problem["text"] for problem in problems)


def test_the_text_ends_with_how_many(tmp_path: Path) -> None:
    """A long list has its sum where the eye is."""
    (tmp_path / "mistakes.yaml").write_text(TEN_MISTAKES)
    done = baton("lint", ".", home=tmp_path)
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].endswith("problems in 1 file")
    assert done.stderr == ""


def test_what_is_not_yaml_is_a_problem(tmp_path: Path) -> None:
    """A picture with the wrong ending, half a file, an empty one: a sentence each, no traceback."""
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "half.yaml").write_text("suite: x\ntests: {")
    (tmp_path / "empty.yaml").write_text("")
    for name in ("picture.yaml", "half.yaml", "empty.yaml"):
        done = baton("lint", name, home=tmp_path)
        assert done.returncode == 2, name
        assert name in done.stdout
        assert "Traceback" not in done.stderr


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    """Nothing to check is not the same as nothing wrong."""
    assert baton("lint", ".", home=tmp_path).returncode == 2


def test_what_was_probably_not_meant_is_told_and_is_no_mistake(tmp_path: Path) -> None:
    """An environment that nobody knows, a fixture that no test uses: to people and to programs."""
    (tmp_path / "odd.yaml").write_text(
        "suite: odd\nenvironments: { staging: { base_url: 'http://x' } }\nfixtures: { left: [1] }\n"
        "tests:\n  a: { GET: /x, requires: { environment: [stagging] } }\n"
    )
    done = baton("lint", "odd.yaml", home=tmp_path)
    assert done.returncode == 0
    assert "did you mean 'staging'?" in done.stdout
    assert "! the fixture 'left' of odd (odd.yaml) is used by no test" in done.stdout
    notices = json.loads(baton("lint", "odd.yaml", "--json", home=tmp_path).stdout)["notices"]
    assert [f"! {notice}" for notice in notices] == done.stdout.splitlines()[1:]
