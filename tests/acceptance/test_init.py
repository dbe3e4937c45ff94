"""`baton init`: a first suite that runs as it stands."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.acceptance.commands import Done, baton


def init(home: Path, *words: str) -> Done:
    """The command in an empty folder."""
    return baton("init", *words, home=home)


def test_the_first_suite_runs_against_its_example(tmp_path: Path) -> None:
    """As its own comment says; every test passes, and what was made is undone."""
    done = init(tmp_path)
    assert done.returncode == 0, done.stderr
    program = [sys.executable, "api-tests/example_api.py", "0"]
    with subprocess.Popen(program, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as api:
        try:
            assert api.stdout is not None
            url = api.stdout.readline().strip()
            words = ("api-tests", "--secrets-file", "api-tests/secrets.env", "--base-url", url)
            ran = baton("run", *words, home=tmp_path)
        finally:
            api.terminate()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "5 passed" in ran.stdout
    assert "1 clean-up done" in ran.stdout
    assert "Warning" not in ran.stderr


def test_the_example_says_when_its_port_is_taken(tmp_path: Path) -> None:
    """And how to use another: a newcomer must not meet a traceback first."""
    init(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = [sys.executable, "api-tests/example_api.py", str(port)]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken")
    assert f"--base-url http://127.0.0.1:{port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [[], ["--url", "https://api.example.com/v1/"]])
def test_what_it_writes_has_no_problems(words: list[str], tmp_path: Path) -> None:
    """And its first line names the schema that lies beside it."""
    init(tmp_path, *words)
    assert baton("lint", "api-tests", home=tmp_path).returncode == 0
    suite = tmp_path / "api-tests" / "first.yaml"
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", suite.read_text(encoding="utf-8"))
    assert found
    assert '"title": "Baton suite"' in (suite.parent / found.group(1)).read_text(encoding="utf-8")


def test_a_secret_is_its_owners_and_not_gits(tmp_path: Path) -> None:
    """The file of secrets has mode 0600, and .gitignore names it; lines that were there stay."""
    folder = tmp_path / "api-tests"
    folder.mkdir()
    (folder / ".gitignore").write_text("*.log", encoding="utf-8")
    init(tmp_path)
    assert (folder / "secrets.env").stat().st_mode & 0o777 == 0o600
    assert (folder / ".gitignore").read_text().splitlines() == [
        "*.log",
        "secrets.env",
        "*.secrets.env",
        "reports/",
    ]


def test_a_file_of_somebody_is_left_alone(tmp_path: Path) -> None:
    """Nothing at all is written then; --force is a decision."""
    init(tmp_path)
    suite = tmp_path / "api-tests" / "first.yaml"
    suite.write_text("suite: mine\n", encoding="utf-8")
    (tmp_path / "api-tests" / "example_api.py").unlink()
    done = init(tmp_path)
    assert done.returncode == 2
    assert "api-tests/first.yaml" in done.stderr
    assert suite.read_text() == "suite: mine\n"
    assert not (tmp_path / "api-tests" / "example_api.py").exists()
    assert init(tmp_path, "--force").returncode == 0
    assert suite.read_text() != "suite: mine\n"


def test_a_second_time_keeps_everything(tmp_path: Path) -> None:
    """Only the schema is ours: it is brought up to date."""
    init(tmp_path)
    schema = tmp_path / "api-tests" / ".baton" / "suite.schema.json"
    schema.write_text("{}", encoding="utf-8")
    done = init(tmp_path)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[:5]] == [
        "kept",
        "kept",
        "kept",
        "wrote",
        "kept",
    ]
    assert len(schema.read_text()) > 1000


@pytest.mark.parametrize(
    ("ci", "path"), [("github", ".github/workflows/api-tests.yml"), ("gitlab", ".gitlab-ci.yml")]
)
@pytest.mark.parametrize("words", [[], ["--url", "https://api.example.com"]])
def test_a_workflow_is_yaml_that_runs_the_folder(
    ci: str, path: str, words: list[str], tmp_path: Path
) -> None:
    """With every command as a person would type it."""
    init(tmp_path, "my tests", "--ci", ci, *words)
    document = yaml.safe_load((tmp_path / path).read_text(encoding="utf-8"))
    text = str(document)
    assert "baton lint 'my tests'" in text.replace("\\", "")
    assert "baton run 'my tests' --forbid-only" in text.replace("\\", "")
    assert ("example_api.py" in text) is (not words)


def test_an_address_is_one(tmp_path: Path) -> None:
    """Nothing is written for a wrong one."""
    done = init(tmp_path, "--url", "api.example.com")
    assert done.returncode == 2
    assert "begins with http" in done.stderr
    assert list(tmp_path.glob("*")) == []
