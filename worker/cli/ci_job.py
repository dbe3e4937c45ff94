"""What a CI says of the job that is running: who asked for a run, and the key that asks for it only once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from context.values import JsonValue
from worker.cli.ci import in_github, in_gitlab
from worker.project.checkout import LONGEST_BRANCH, LONGEST_COMMIT, Checkout


@dataclass(frozen=True, slots=True, kw_only=True)
class CiJob:
    """A job of a pipeline. `identity` is another one each time the job is started, and where one job has
    several steps, for each of them."""

    service: str
    identity: tuple[str, ...]
    name: str = ""
    url: str = ""
    branch: str = ""
    commit: str = ""

    @property
    def source(self) -> dict[str, JsonValue]:
        """What a run keeps of it."""
        facts = {"ci": self.service, "job": self.name, "url": self.url}
        return {name: fact for name, fact in facts.items() if fact}

    def key(self, request: JsonValue) -> str:
        """The idempotency key of this request of this job: a call that is made again asks for nothing new.

        The request is part of it, so that one job can ask for several things.
        """
        told = json.dumps([*self.identity, request], sort_keys=True)
        return f"{self.service}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def ci_job(surroundings: Mapping[str, str]) -> CiJob | None:
    """The job that these environment variables tell of; None where they tell of none that is known."""
    if in_github(surroundings):
        return _github(surroundings)
    if in_gitlab(surroundings):
        return _gitlab(surroundings)
    return _other(surroundings)


def in_job(checkout: Checkout, job: CiJob | None) -> Checkout:
    """A checkout, with what only the job knows: a runner checks a commit out by itself, so that git knows
    no branch, or brings the files without git."""
    if job is None or checkout.commit not in (None, job.commit):
        return checkout
    commit, branch = job.commit[:LONGEST_COMMIT], job.branch[:LONGEST_BRANCH]
    return replace(checkout, commit=commit or None, branch=checkout.branch or branch or None)


def _github(surroundings: Mapping[str, str]) -> CiJob:
    names = ("REPOSITORY", "RUN_ID", "RUN_ATTEMPT", "JOB", "ACTION")
    repository, run, attempt, job, step = (surroundings.get(f"GITHUB_{name}", "") for name in names)
    server = surroundings.get("GITHUB_SERVER_URL", "https://github.com")
    return CiJob(
        service="github",
        identity=(repository, run, attempt, job, step),
        name=f"{surroundings.get('GITHUB_WORKFLOW', '')} / {job}",
        url=f"{server}/{repository}/actions/runs/{run}/attempts/{attempt}",
        # Of a pull request, the branch that is merged; else the one that was pushed.
        branch=surroundings.get("GITHUB_HEAD_REF") or surroundings.get("GITHUB_REF_NAME", ""),
        commit=surroundings.get("GITHUB_SHA", ""),
    )


def _gitlab(surroundings: Mapping[str, str]) -> CiJob:
    return CiJob(
        service="gitlab",
        # A job that is retried has another id.
        identity=(surroundings.get("CI_SERVER_HOST", ""), surroundings.get("CI_JOB_ID", "")),
        name=surroundings.get("CI_JOB_NAME", ""),
        url=surroundings.get("CI_JOB_URL", ""),
        branch=surroundings.get("CI_COMMIT_REF_NAME", ""),
        commit=surroundings.get("CI_COMMIT_SHA", ""),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What a CI calls the facts of a job. A job is known by its id; where it has none, nothing is."""

    id: str
    name: str
    url: str
    branch: str
    commit: str


_OTHERS = {
    "azure": _Names(
        "SYSTEM_JOBID",
        "SYSTEM_JOBDISPLAYNAME",
        "BUILD_BUILDURI",
        "BUILD_SOURCEBRANCHNAME",
        "BUILD_SOURCEVERSION",
    ),
    "buildkite": _Names(
        "BUILDKITE_JOB_ID", "BUILDKITE_LABEL", "BUILDKITE_BUILD_URL", "BUILDKITE_BRANCH", "BUILDKITE_COMMIT"
    ),
    "circleci": _Names(
        "CIRCLE_WORKFLOW_JOB_ID", "CIRCLE_JOB", "CIRCLE_BUILD_URL", "CIRCLE_BRANCH", "CIRCLE_SHA1"
    ),
    "jenkins": _Names("BUILD_TAG", "JOB_NAME", "BUILD_URL", "GIT_BRANCH", "GIT_COMMIT"),
}


def _other(surroundings: Mapping[str, str]) -> CiJob | None:
    for service, names in _OTHERS.items():
        if surroundings.get(names.id):
            return CiJob(
                service=service,
                identity=(surroundings[names.id],),
                name=surroundings.get(names.name, ""),
                url=surroundings.get(names.url, ""),
                branch=surroundings.get(names.branch, ""),
                commit=surroundings.get(names.commit, ""),
            )
    return None
