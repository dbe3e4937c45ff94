"""Variables and secrets that a person gives to a local run."""

import json
from pathlib import Path

import pytest

from worker.cli.values import GivenValues, UsedNames, gather_values, option_value, read_secrets, read_values
from worker.errors import UsageError


def _gather(**given: object) -> GivenValues:
    said = {"surroundings": {}, "used": UsedNames(), **given}
    return gather_values(**said)  # type: ignore[arg-type] # by name, as the tests say


def test_an_option_is_a_text() -> None:
    """`--var count=3` is the text 3: what looks like a number may be a house number."""
    assert option_value("count=3") == ("count", "3")
    assert option_value("url=http://x/?a=b") == ("url", "http://x/?a=b")
    assert option_value("empty=") == ("empty", "")


def test_an_option_with_a_colon_is_json() -> None:
    """`--var 'count:=3'` is the number 3."""
    assert option_value("count:=3") == ("count", 3)
    assert option_value('ids:=[1, "a"]') == ("ids", [1, "a"])


@pytest.mark.parametrize("option", ["count", "=3", ":=3", "count:=three"])
def test_an_option_that_is_no_variable_is_refused(option: str) -> None:
    """The refusal says where and what to write."""
    with pytest.raises(UsageError) as refused:
        option_value(option)
    assert refused.value.where == "--var"
    assert refused.value.hint


def test_the_nearer_source_wins(tmp_path: Path) -> None:
    """Files, then the process, then options."""
    file = tmp_path / "values.env"
    file.write_text("a=file\nb=file\nc=file\n")
    given = _gather(
        env_file=file, surroundings={"BATON_VAR_B": "process", "BATON_VAR_C": "process"}, options=["c=option"]
    )
    assert given.variables == {"a": "file", "b": "process", "c": "option"}


def test_a_secret_of_the_process_wins_over_the_file(tmp_path: Path) -> None:
    """The same order for secrets."""
    file = tmp_path / "secrets.env"
    file.write_text("password=file\nother=file\n")
    file.chmod(0o600)
    given = _gather(secrets_file=file, surroundings={"BATON_SECRET_PASSWORD": "process"})
    assert given.secrets == {"password": "process", "other": "file"}


def test_names_of_the_process_are_found_whatever_their_case() -> None:
    """BATON_VAR_USERNAME is `userName` where the suites say that; else it is lower case."""
    used = UsedNames(variables=frozenset({"userName"}))
    given = _gather(surroundings={"BATON_VAR_USERNAME": "ada", "BATON_VAR_OTHER": "x"}, used=used)
    assert given.variables == {"userName": "ada", "other": "x"}


def test_an_exact_name_of_the_process_wins() -> None:
    """Where suites know `EMAIL` and `email`, BATON_VAR_EMAIL is the first."""
    used = UsedNames(variables=frozenset({"EMAIL", "email"}))
    assert _gather(surroundings={"BATON_VAR_EMAIL": "ada"}, used=used).variables == {"EMAIL": "ada"}


def test_nothing_else_of_the_process_comes_in() -> None:
    """A suite must not read what was not meant for it."""
    given = _gather(
        surroundings={"HOME": "/root", "BATON_SECRET_KEY_FILE_": "x", "BATON_URL": "u", "BATON_VAR_": "y"}
    )
    assert given.variables == {}
    assert given.secrets == {"key_file_": "x"}


def test_the_key_of_a_worker_is_no_secret_of_a_suite() -> None:
    """BATON_SECRET_KEY opens a whole project: no suite gets it, whatever it calls its secrets."""
    surroundings = {"BATON_SECRET_KEY": "sb_secret_canary", "BATON_SECRET_OTHER": "fine"}
    given = gather_values(surroundings=surroundings, used=UsedNames(secrets=frozenset({"key", "other"})))
    assert given.secrets == {"other": "fine"}


def test_a_name_used_as_a_secret_is_one() -> None:
    """Who gives a password by --var gets it masked all the same."""
    given = _gather(options=["password=hunter2"], used=UsedNames(secrets=frozenset({"password"})))
    assert given.secrets == {"password": "hunter2"}


def test_secrets_are_in_no_repr() -> None:
    """What is printed by accident shows no secret."""
    assert "hunter2" not in repr(GivenValues(secrets={"password": "hunter2"}))


def test_lines_are_read_as_people_write_them(tmp_path: Path) -> None:
    """Comments, `export`, quotes, a # inside a value."""
    file = tmp_path / "values.env"
    file.write_text(
        "# a comment\n\nexport A=1\nB = two words # said twice\nC='single # quoted'\nD=\"a\\nb\"\nE=a#b\nF=\n"
    )
    assert read_values(file) == {
        "A": "1",
        "B": "two words",
        "C": "single # quoted",
        "D": "a\nb",
        "E": "a#b",
        "F": "",
    }


def test_yaml_keeps_its_types(tmp_path: Path) -> None:
    """A .yaml file may hold numbers and lists."""
    file = tmp_path / "values.yaml"
    file.write_text("count: 3\nids: [1, 2]\n")
    assert read_values(file) == {"count": 3, "ids": [1, 2]}


def test_yaml_is_read_as_in_suites(tmp_path: Path) -> None:
    """YAML 1.2: what looks like a text is one, so a value means the same in a suite and in a file."""
    file = tmp_path / "values.yaml"
    file.write_text("country: no\nat: 12:30:00\nday: 2026-03-01\nmode: 0o17\nbig: 1_000\n")
    expected = {"country": "no", "at": "12:30:00", "day": "2026-03-01", "mode": 15, "big": "1_000"}
    assert read_values(file) == expected


def test_a_character_in_two_escapes_of_json_is_one(tmp_path: Path) -> None:
    """So writes Python what is beyond 16 bits; a secret of two halves would be recognised nowhere."""
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"password": "tower-🚀"}))
    assert read_secrets(file) == {"password": "tower-🚀"}


@pytest.mark.parametrize("written", ["007", "yes", "true", "1.10", "1e999", ".inf", "2026-03-01", "0x1F"])
def test_a_secret_is_the_text_that_is_written(written: str, tmp_path: Path) -> None:
    """Whoever writes a PIN does not mean a number in octal."""
    file = tmp_path / "secrets.yaml"
    file.write_text(f"pin: {written}\nsame: &same {written}\nagain: *same\n")
    assert read_secrets(file) == {"pin": written, "same": written, "again": written}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "null\n", "{}"])
def test_a_file_without_values_is_none_to_complain_of(text: str, tmp_path: Path) -> None:
    """Somebody may have emptied it."""
    file = tmp_path / "values.yml"
    file.write_text(text)
    assert (read_values(file), read_secrets(file)) == ({}, {})


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.env", "fine=1\nhunter2\n", "not NAME=value"),
        ("a.env", "<a href='hunter2'>\n", "is no name"),
        ("a.env", "3rd=hunter2\n", "is no name"),
        ("a.yaml", "- a\n- b\n", "not a mapping"),
        ("a.yaml", "a: [\n", "not YAML"),
        ("a.yaml", "1: a\n", "not a mapping"),
        ("a.yaml", "a: hunter2\na: 2\n", "'a' is here twice"),
        ("a.yaml", "a: !secret hunter2\n", "not YAML"),
        ("a.yaml", "a: {{ hunter2 }}\n", "not YAML"),
        ("a.yaml", "a: 'hunter2\n", "not YAML"),
        ("a.yaml", "a: *hunter2\n", "not YAML"),
        ("a.yaml", "a: 1e999\n", "cannot hold this number"),
        ("a.yaml", "a: {hunter2: 1, [hunter2]: 2}\n", "not a mapping"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(name: str, text: str, what: str, tmp_path: Path) -> None:
    """The refusal names the file, and shows nothing of its content: it may be a secret."""
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(UsageError, match=what) as refused:
        read_values(file)
    assert str(file) in str(refused.value.where)
    assert "hunter2" not in f"{refused.value.what} {refused.value.hint}"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """With its path, not with a traceback."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_values(tmp_path / "none.env")


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    """UTF-8 or nothing."""
    (tmp_path / "a.env").write_bytes(b"a=\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_values(tmp_path / "a.env")


def test_a_secret_must_be_a_text(tmp_path: Path) -> None:
    """A list cannot be masked as one value; the refusal does not show it."""
    file = tmp_path / "secrets.yaml"
    file.write_text("keys: [hunter2]\n")
    with pytest.raises(UsageError) as refused:
        _gather(secrets_file=file)
    assert "hunter2" not in str(refused.value)


def test_a_file_of_secrets_that_others_can_read_is_mentioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning, not a refusal: CI makes files as it likes."""
    file = tmp_path / "secrets.env"
    file.write_text("password=hunter2\n")
    file.chmod(0o644)
    assert _gather(secrets_file=file).secrets == {"password": "hunter2"}
    assert f"chmod 600 {file}" in capsys.readouterr().err


def test_a_suite_is_no_file_of_variables(tmp_path: Path) -> None:
    """It was meant for another place on the command line; a variable may be called `tests`."""
    file = tmp_path / "shop.yaml"
    file.write_text("suite: shop\ntests:\n  a: { GET: /x }\n")
    with pytest.raises(UsageError, match="this is a suite"):
        read_values(file)
    file.write_text("suite: shop\ntests: many\n")
    assert read_values(file) == {"suite": "shop", "tests": "many"}
