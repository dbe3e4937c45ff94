"""What a CI says of its job: whose run it is, and the key that asks for it once."""

import pytest

from worker.cli.ci_job import ci_job, in_job
from worker.project.checkout import Checkout

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_JOB": "api",
    "GITHUB_ACTION": "__run",
    "GITHUB_WORKFLOW": "Tests",
    "GITHUB_REF_NAME": "main",
    "GITHUB_SHA": "abc",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_SERVER_HOST": "gitlab.example.com",
    "CI_JOB_ID": "5",
    "CI_JOB_NAME": "api",
    "CI_JOB_URL": "https://gitlab.example.com/acme/shop/-/jobs/5",
    "CI_COMMIT_REF_NAME": "main",
    "CI_COMMIT_SHA": "abc",
}


def _key(settings: dict[str, str], request: str = "shop") -> str:
    job = ci_job(settings)
    assert job is not None
    return job.key([request])


def test_a_job_of_github_says_where_it_can_be_looked_at() -> None:
    """Its page, its branch, its commit."""
    job = ci_job(GITHUB)
    assert job is not None
    assert job.source == {
        "ci": "github",
        "job": "Tests / api",
        "url": "https://github.com/acme/shop/actions/runs/77/attempts/1",
    }
    assert (job.branch, job.commit) == ("main", "abc")


def test_a_pull_request_is_of_its_own_branch() -> None:
    """Not of the merge that GitHub makes of it."""
    job = ci_job({**GITHUB, "GITHUB_REF_NAME": "7/merge", "GITHUB_HEAD_REF": "cart"})
    assert job is not None
    assert job.branch == "cart"


def test_a_job_of_gitlab_says_so_too() -> None:
    """By GitLab's own address of it."""
    job = ci_job(GITLAB)
    assert job is not None
    assert job.source == {"ci": "gitlab", "job": "api", "url": GITLAB["CI_JOB_URL"]}
    assert (job.branch, job.commit) == ("main", "abc")


@pytest.mark.parametrize(
    ("service", "settings"),
    [
        ("azure", {"SYSTEM_JOBID": "1", "BUILD_SOURCEBRANCHNAME": "main"}),
        ("buildkite", {"BUILDKITE_JOB_ID": "1", "BUILDKITE_BRANCH": "main"}),
        ("circleci", {"CIRCLE_WORKFLOW_JOB_ID": "1", "CIRCLE_BRANCH": "main"}),
        ("jenkins", {"BUILD_TAG": "jenkins-shop-1", "GIT_BRANCH": "main"}),
    ],
)
def test_other_services_are_known_by_their_jobs(service: str, settings: dict[str, str]) -> None:
    """Each in its own words."""
    job = ci_job(settings)
    assert job is not None
    assert (job.service, job.branch) == (service, "main")


def test_where_there_is_no_job_nothing_is_made_up() -> None:
    """On somebody's own machine, or in a CI that is not known."""
    assert ci_job({"CI": "true"}) is None


@pytest.mark.parametrize("settings", [GITHUB, GITLAB])
def test_the_same_request_of_the_same_job_has_the_same_key(settings: dict[str, str]) -> None:
    """Short enough for the database, and without anything that somebody named."""
    assert _key(settings) == _key(settings)
    assert len(_key(settings)) < 50
    assert "acme" not in _key(settings)


@pytest.mark.parametrize(
    "change",
    [
        {"GITHUB_RUN_ID": "78"},
        {"GITHUB_RUN_ATTEMPT": "2"},
        {"GITHUB_JOB": "other"},
        {"GITHUB_ACTION": "__run_2"},
        {"GITHUB_REPOSITORY": "acme/other"},
    ],
)
def test_a_job_that_is_started_again_asks_anew(change: dict[str, str]) -> None:
    """So do its other steps and other jobs."""
    assert _key({**GITHUB, **change}) != _key(GITHUB)


def test_a_job_may_ask_for_several_things() -> None:
    """Each has a key of its own."""
    assert _key(GITLAB, "shop") != _key(GITLAB, "cart")
    assert _key(GITLAB) != _key({**GITLAB, "CI_JOB_ID": "6"})


@pytest.mark.parametrize("surroundings", [GITHUB, GITLAB])
def test_a_commit_that_is_checked_out_by_itself_has_the_branch_of_the_job(
    surroundings: dict[str, str],
) -> None:
    """Runners do that; git then knows no branch. Files without git have the job's commit, too."""
    job = ci_job(surroundings)
    for checkout in (Checkout(commit="abc"), Checkout()):
        assert in_job(checkout, job) == Checkout(commit="abc", branch="main")
    assert in_job(Checkout(commit="abc", is_changed=True), job).is_changed


def test_what_git_says_itself_stays() -> None:
    """Another repository that a job has checked out is not on the job's branch; no job adds nothing."""
    job = ci_job(GITHUB)
    for checkout in (Checkout(commit="def"), Checkout(commit="abc", branch="side")):
        assert in_job(checkout, job) == checkout
    assert in_job(Checkout(commit="abc"), None) == Checkout(commit="abc")
