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


def test_thousands_of_problems_are_counted_and_not_listed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake of a program makes as many as it has lines; programs get all of them."""
    wrong = "".join(f"  t{number}: {{ GTE: / }}\n" for number in range(300))
    (folder / "many.yaml").write_text(f"suite: many\ntests:\n{wrong}")
    assert run_command(["lint", "many.yaml"]) == 2
    text = capsys.readouterr().out
    assert text.count("many.yaml:") == 100
    more, total = text.rstrip().splitlines()[-2:]
    problems = int(total.split()[0].replace(",", ""))
    assert more == f"… and {problems - 100:,} more problems in many.yaml"
    assert total.endswith("in 1 file; --format json lists all of them")
    assert run_command(["lint", "many.yaml", "--json"]) == 2
    assert len(json.loads(capsys.readouterr().out)["problems"]) == problems
    assert run_command(["run", "many.yaml"]) == 2
    assert capsys.readouterr().err.rstrip().endswith("more problems in many.yaml")


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
