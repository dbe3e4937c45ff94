"""The GitLab component: expanded and checked with GitLab's schema, and executed as a runner does."""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.commands import baton
from tests.acceptance.site import BROKEN, MEMBERS, Site
from tests.acceptance.test_ci_action import FAILING
from tests.ci_runners import COMPONENT, ROOT, Runner, gitlab_pipeline, stubbed_python
from tests.targets import Target
from worker.cli.starting import EXAMPLE_PASSWORD
from worker.local.ports import a_held_port

GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_JOB_ID": "5",
    "CI_JOB_NAME": "api-tests",
    "CI_JOB_URL": "https://gitlab.example.com/acme/shop/-/jobs/5",
    "CI_COMMIT_REF_NAME": "main",
    "CI_COMMIT_SHA": "abc123",
}


def _checkout(home: Path) -> Path:
    checkout = home / "checkout"
    (checkout / "tests").mkdir(parents=True)
    (checkout / "templates").mkdir()
    shutil.copy(COMPONENT, checkout / "templates" / "baton.yml")
    return checkout


def _job(checkout: Path, **inputs: Any) -> dict[str, Any]:
    """The job that a pipeline gets by including the component with these inputs."""
    given = {"local": "templates/baton.yml", "inputs": {"install": "none", **inputs}}
    pipeline = gitlab_pipeline(checkout, {"include": [given]})
    job: dict[str, Any] = pipeline["api-tests"]
    return job


def _issues(checkout: Path) -> list[dict[str, Any]]:
    """What the merge request shows."""
    text = (checkout / "baton-reports" / "codequality.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


PIPELINES = re.findall(
    r"^```yaml\n(# \.gitlab-ci\.yml.*?)^```$", (ROOT / "docs/ci.md").read_text("utf-8"), re.M | re.S
)


@pytest.mark.parametrize("text", PIPELINES, ids=lambda text: text.splitlines()[0])
def test_pipelines_of_the_documentation_are_right(text: str, tmp_path: Path) -> None:
    """With the component out of this checkout in place of the one that they name."""
    document = yaml.safe_load(text)
    for included in document["include"]:
        assert included.pop("component").endswith("/baton@main")
        included["local"] = "templates/baton.yml"
    pipeline = gitlab_pipeline(_checkout(tmp_path), document)
    assert "script" in pipeline["api-tests"]


def test_what_a_job_keeps_is_found_by_gitlab(tmp_path: Path) -> None:
    """JUnit of every environment, always."""
    artifacts = _job(_checkout(tmp_path), reports="out")["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["paths"] == ["out/"]
    assert artifacts["reports"] == {"junit": "out/junit*.xml", "codequality": "out/codequality.json"}


def test_a_local_job_is_red_with_its_reports(tmp_path: Path, target: Target) -> None:
    """Nothing else is needed."""
    checkout = _checkout(tmp_path)
    (checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    runner = Runner(checkout=checkout, settings={**GITLAB, "BATON_TOKEN": "baton_not_for_local_runs"})
    ran = runner.job(_job(checkout))
    assert ran.code == 1, ran.log
    assert "1 failed, 1 blocked by catalog" in ran.log
    assert "section_start" in ran.log
    [issue] = _issues(checkout)
    assert issue["location"]["path"] == "tests/shop.yaml"
    assert "It blocked 1 test." in issue["description"]
    assert sorted(path.name for path in (checkout / "baton-reports").iterdir()) == [
        "codequality.json",
        "index.html",
        "junit.xml",
        "summary.md",
    ]


def test_a_local_job_runs_what_it_was_asked_for(tmp_path: Path, target: Target) -> None:
    """By environment and by test; green."""
    checkout = _checkout(tmp_path)
    (checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    job = _job(checkout, environment="ci", only="shop/health")
    ran = Runner(checkout=checkout, settings=GITLAB).job(job)
    assert ran.code == 0, ran.log
    assert "1 passed" in ran.log


def test_patterns_mean_files_among_paths_and_tests_elsewhere(tmp_path: Path, target: Target) -> None:
    """The shell leaves a pattern of tests alone, also where a file of the checkout looks like it."""
    checkout = _checkout(tmp_path)
    (checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    (checkout / "health-check").touch()
    ran = Runner(checkout=checkout, settings=GITLAB).job(_job(checkout, paths="te*/*.yaml", only="health*"))
    assert ran.code == 0, ran.log
    assert "1 passed" in ran.log


@pytest.mark.parametrize("extras", ["supabase", "supabase,fixtures", ""])
def test_extras_are_added_to_what_was_installed(extras: str, tmp_path: Path) -> None:
    """Wherever Baton comes from: a wheel's address has no place for them."""
    checkout = _checkout(tmp_path)
    job = _job(checkout, install="https://example.com/baton.whl", extras=extras)
    runner = Runner(checkout=checkout, settings={**GITLAB, **stubbed_python(tmp_path)})
    assert runner.job({**job, "script": ["true"]}).code == 0
    installed = [
        line.split()[-1] for line in (tmp_path / "said").read_text("utf-8").splitlines() if "pip" in line
    ]
    assert installed == ["https://example.com/baton.whl", *([f"baton[{extras}]"] if extras else [])]


def test_files_with_mistakes_end_the_job(tmp_path: Path, target: Target) -> None:
    """With 2, and nothing is sent."""
    checkout = _checkout(tmp_path)
    (checkout / "tests" / "shop.yaml").write_text("suite: shop\ntests:\n  a: { GTE: /x }\n")
    ran = Runner(checkout=checkout, settings=GITLAB).job(_job(checkout))
    assert ran.code == 2, ran.log
    assert target.requests == []
    assert {issue["location"]["path"] for issue in _issues(checkout)} == {"tests/shop.yaml"}


@pytest.mark.parametrize("name", ["paths", "environment", "only", "tags", "reports"])
def test_an_input_gives_no_orders(tmp_path: Path, target: Target, name: str) -> None:
    """Neither to the shell, nor to Baton: with `--help` a job would be green."""
    checkout = _checkout(tmp_path)
    (checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    for evil in ("--help", "`touch hacked` $(touch hacked) ; touch hacked"):
        ran = Runner(checkout=checkout, settings=GITLAB).job(_job_with(checkout, **{name: evil}))
        assert ran.code != 0, ran.log
        assert "Usage:" not in ran.log
    assert not list(tmp_path.rglob("hacked"))


def _job_with(checkout: Path, **inputs: str) -> dict[str, Any]:
    """The job as GitLab hands it to a runner, where an input is a variable and no text of the script."""
    job = yaml.safe_load(COMPONENT.read_text("utf-8").partition("\n---\n")[2])["$[[ inputs.job ]]"]
    defaults = {"install": "none", "mode": "local", "paths": "tests", "reports": "baton-reports", **inputs}
    for name, text in job["variables"].items():
        wanted = re.fullmatch(r"\$\[\[ inputs\.(\w+) \]\]", text)
        assert wanted is not None, f"{name} is nothing but an input"
        job["variables"][name] = defaults.get(wanted[1], "")
    assert "inputs." not in "".join((*job["script"], *job["before_script"]))
    return dict(job)


def test_the_pipeline_of_init_waits_for_its_example(tmp_path: Path) -> None:
    """The tests begin when the API of the example answers, not before."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    assert baton("init", "--ci", "gitlab", home=checkout).returncode == 0
    with a_held_port() as port:
        for path in (".gitlab-ci.yml", "api-tests/first.yaml", "api-tests/example_api.py"):
            file = checkout / path
            file.write_text(file.read_text("utf-8").replace("8900", str(port)), "utf-8")
        job = yaml.safe_load((checkout / ".gitlab-ci.yml").read_text("utf-8"))["api-tests"]
        # What goes on in the background goes with the job's container; here it is ended.
        script = ["trap 'kill %1' EXIT", *job["script"]]
        settings = {**GITLAB, "BATON_SECRET_PASSWORD": EXAMPLE_PASSWORD}
        ran = Runner(checkout=checkout, settings=settings).job({"script": script, "variables": {}})
    assert ran.code == 0, ran.log
    assert (checkout / job["artifacts"]["reports"]["codequality"]).is_file()


@pytest.mark.stack
async def test_a_remote_job_pushes_and_triggers(site: Site) -> None:
    """With variables of the project, of which the token is in nothing that is written."""
    scopes = ("--scope", "suites:push", "--scope", "runs:request")
    made = await site.baton("token", "create", "--project", "shop", "--name", "ci", *scopes)
    token = made.stdout.strip()
    checkout = _checkout(site.home)
    (checkout / "tests" / "members.yaml").write_text(MEMBERS)
    (checkout / "tests" / "broken.yaml").write_text(BROKEN)
    job = _job(checkout, mode="remote", environment="local", suites="members broken", push=True)
    access = {"BATON_TOKEN": token, "BATON_URL": site.stack.url, "BATON_KEY": site.stack.publishable_key}
    with site.worker():
        ran = await asyncio.to_thread(Runner(checkout=checkout, settings={**GITLAB, **access}).job, job)
    assert ran.code == 1, ran.log
    assert "3 passed, 1 failed, 1 blocked by broken/wrong" in ran.log
    assert "failure" in (checkout / "baton-reports" / "junit.xml").read_text()
    assert [issue["location"]["path"] for issue in _issues(checkout)] == ["tests/broken.yaml"]
    assert token not in ran.log
    rows = site.sql(
        "select distinct source ->> 'url' from test_runs where project_id = %s", site.member.project_id
    )
    assert rows == [(GITLAB["CI_JOB_URL"],)]
