"""Parts of a log that a CI folds."""

from tests.unit.worker.reports.listening import on_console
from tests.unit.worker.reports.runs import ManualClock, a_story
from worker.reports.folding import Folding, GitHubFolding, GitLabFolding


def test_without_a_ci_nothing_is_folded() -> None:
    """The title and an empty line, as on any terminal."""
    folding = Folding()
    assert folding.opening("Running") == ["Running", ""]
    assert folding.closing() == folding.ending() == []


def test_a_word_is_new_each_time() -> None:
    """Who can guess the word can give orders."""
    assert GitHubFolding().opening("x") != GitHubFolding().opening("x")


async def test_the_list_of_tests_is_a_group_and_failures_are_not() -> None:
    """What went wrong is seen without a click."""
    lines = (await on_console(a_story(), folding=GitHubFolding("word"))).splitlines()
    end = lines.index("::endgroup::")
    assert lines[0].startswith("::group::Running 7 tests")
    assert any("login" in line for line in lines[:end])
    assert any("curl" in line for line in lines[end:])
    assert lines[-1] == "::word::"


def test_a_section_of_gitlab_has_a_plain_name_and_ends() -> None:
    """Letters, digits and underscores; what begins also ends, under the same name."""
    folding = GitLabFolding(ManualClock())
    [begin] = folding.opening("Running 7 tests in local (http://x)")
    [end] = folding.closing()
    name = "baton_running_7_tests_in_local_http_x_"
    assert f":{name}[collapsed=true]\r\x1b[0KRunning 7 tests" in begin
    assert end.endswith(f":{name}\r\x1b[0K")
