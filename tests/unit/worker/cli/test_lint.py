"""`baton lint`."""

import json
from pathlib import Path

import pytest

from worker.cli.main import run_command

GOOD = "suite: good\ntests:\n  ping: { GET: http://127.0.0.1:9/ }\n"
BAD = "suite: bad\ntests:\n  ping: { GTE: /, needs: [nobody] }\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good suite and a bad one, and in it."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad, file.yaml").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_good_files_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Silence would leave doubts."""
    assert run_command(["lint", "good.yaml"]) == 0
    assert capsys.readouterr().out == "1 suite, 1 test, no problems\n"


@pytest.mark.usefixtures("folder")
def test_all_problems_are_told_with_place_line_and_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """Shape and dependencies together, and how many there are."""
    assert run_command(["lint", "."]) == 2
    text = capsys.readouterr().out
    assert "bad, file.yaml:3:" in text
    assert text.rstrip().splitlines()[-1].endswith("in 1 file")


@pytest.mark.usefixtures("folder")
def test_json_is_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """One document with every problem's parts."""
    assert run_command(["lint", ".", "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert {"kind", "what", "where", "text", "hint", "related"} == set(document["problems"][0])


@pytest.mark.usefixtures("folder")
def test_annotations_are_for_pull_requests(capsys: pytest.CaptureFixture[str]) -> None:
    """A comma in a path must not end the property."""
    assert run_command(["lint", "bad, file.yaml", "--format", "github"]) == 2
    assert all(
        line.startswith("::error file=bad%2C file.yaml,line=3,endLine=3,col=")
        for line in capsys.readouterr().out.splitlines()
    )


def test_a_missing_file_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    """Not a traceback."""
    assert run_command(["lint", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().out
