"""Reports of several environments: one for each, told apart by its name."""

from pathlib import Path

import pytest

from worker.cli.environment_reports import reports_by_environment
from worker.errors import UsageError


def test_of_one_environment_the_path_is_what_was_said(tmp_path: Path) -> None:
    """Nothing is added to it."""
    [report] = reports_by_environment([f"junit={tmp_path}/junit.xml"], ["staging"])["staging"]
    assert report.path == tmp_path / "junit.xml"


def test_of_several_each_has_its_name_in_the_path(tmp_path: Path) -> None:
    """Before what says its kind; folders, too."""
    options = [f"junit={tmp_path}/out/junit.xml", f"allure={tmp_path}/allure"]
    found = reports_by_environment(options, ["staging", "production"])
    assert {name: [report.path for report in reports] for name, reports in found.items()} == {
        name: [tmp_path / f"out/junit-{name}.xml", tmp_path / f"allure-{name}"]
        for name in ("staging", "production")
    }


def test_a_report_that_spans_environments_is_one_for_all(tmp_path: Path) -> None:
    """GitLab takes one of a job."""
    found = reports_by_environment([f"codequality={tmp_path}/q.json"], ["staging", "production"])
    [[one], [other]] = found.values()
    assert one is other
    assert one.path == tmp_path / "q.json"


@pytest.mark.parametrize("kind", ["json", "codequality"])
def test_several_cannot_be_printed(kind: str) -> None:
    """One document after the other is none."""
    with pytest.raises(UsageError, match="several environments cannot be printed"):
        reports_by_environment([f"{kind}=-"], ["staging", "production"])


def test_a_mistake_is_told_as_it_always_is() -> None:
    """A kind that there is not, a path that is missing."""
    for wrong, said in (("word=x", "there is no report 'word'"), ("junit=", "needs a path")):
        with pytest.raises(UsageError, match=said):
            reports_by_environment([wrong], ["staging", "production"])
