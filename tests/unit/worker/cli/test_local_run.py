"""From files and options to a run that could begin."""

from pathlib import Path

import pytest

from worker.cli.again import again, rerun
from worker.cli.prepared import PreparedRun, prepare
from worker.cli.run_request import RunRequest
from worker.errors import SuiteError, UsageError
from worker.models.graph import Selection

SUITE = """\
suite: shop
environments:
  local: { base_url: "http://127.0.0.1:9" }
tests:
  login:
    POST: /login
    json: { password: "{{ secrets.password }}", user: "{{ env.user }}" }
    capture: { tokens: { access_token: $.token } }
  cart:
    GET: /cart
    auth: { bearer: "{{ tokens.access_token }}" }
  other:
    GET: /other
"""


def _prepare(folder: Path, text: str = SUITE, **more: object) -> PreparedRun:
    path = folder / "shop.yaml"
    path.write_text(text)
    said: dict[str, object] = {
        "surroundings": {"BATON_SECRET_PASSWORD": "hunter2"},
        "variables": ("user=ada",),
        **more,
    }
    return prepare(RunRequest(paths=(path,), **said))  # type: ignore[arg-type] # fields by name


def test_a_run_knows_its_plan_and_environment(tmp_path: Path) -> None:
    """Edges are found, the environment is chosen, values are in."""
    run = _prepare(tmp_path)
    assert list(run.plan.requires["shop/cart"]) == ["shop/login"]
    assert run.environment.secrets == {"password": "hunter2"}
    rendered = run.context.render("{{ secrets.password }} {{ env.user }}", suite="shop", test="login")
    assert rendered == "hunter2 ada"


def test_missing_values_are_told_all_at_once_with_their_lines(tmp_path: Path) -> None:
    """A secret and a variable that nobody gave: both, before anything is sent."""
    with pytest.raises(SuiteError) as refused:
        _prepare(tmp_path, surroundings={}, variables=())
    assert [problem.what for problem in refused.value.problems] == [
        "the environment has no secret 'password'",
        "the environment has no variable 'user'",
    ]
    assert "BATON_SECRET_PASSWORD" in str(refused.value.problems[0].hint)
    assert refused.value.problems[0].where.line == 7


def test_values_of_tests_that_will_not_run_may_be_missing(tmp_path: Path) -> None:
    """`--only other` needs no password."""
    run = _prepare(tmp_path, surroundings={}, variables=(), selection=Selection(only=("other",)))
    assert list(run.plan.tests) == ["shop/other"]


def test_a_path_without_an_address_is_refused(tmp_path: Path) -> None:
    """Nothing is sent to nowhere."""
    text = SUITE.replace('  local: { base_url: "http://127.0.0.1:9" }', "  local: {}")
    with pytest.raises(UsageError, match="has no base URL") as refused:
        _prepare(tmp_path, text)
    assert "--base-url" in str(refused.value.hint)


def test_an_address_of_the_command_line_wins(tmp_path: Path) -> None:
    """--base-url is for the preview deployment of this one pull request."""
    assert _prepare(tmp_path, base_url="http://preview").environment.base_url == "http://preview"


def test_problems_of_files_come_before_the_choice_of_an_environment(tmp_path: Path) -> None:
    """Who has both to correct sees the files' mistakes, not only the missing -e."""
    text = SUITE.replace("  local:", '  far: { base_url: "http://x" }\n  local:') + "    GETT: /typo\n"
    with pytest.raises(SuiteError):
        _prepare(tmp_path, text)


def test_several_environments_without_a_choice_are_refused(tmp_path: Path) -> None:
    """The files are fine; the choice is missing."""
    text = SUITE.replace("  local:", '  far: { base_url: "http://x" }\n  local:')
    with pytest.raises(UsageError, match="several environments"):
        _prepare(tmp_path, text)


def test_a_secret_written_into_a_file_is_masked_in_its_excerpt(tmp_path: Path) -> None:
    """The console shows the user's own lines; a secret value in them is masked, too."""
    run = _prepare(tmp_path, SUITE + "    json: { password: hunter2 }\n")
    assert "hunter2" not in "".join(run.sources.values())


def test_the_command_to_repeat_a_run_tells_no_value() -> None:
    """It is printed into logs: names of variables may stand in it, their values not."""
    request = RunRequest(
        paths=(Path("my tests"),),
        environment="staging",
        base_url="http://preview",
        variables=("password=hunter2", "n:=3"),
        env_file=Path("a.env"),
    )
    assert again(request) == (
        "baton run 'my tests' -e staging --base-url http://preview --env-file a.env "
        "--var password=… --var n:=…"
    )
    assert rerun(request) == "baton rerun --failed --var password=… --var n:=…"
