"""What the options of `baton trigger` ask for, as runs to request: each suite in each environment is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.cli.ci_job import CiJob
from worker.errors import UsageError
from worker.models.suite import Priority
from worker.project.find import KnownTest, Project
from worker.project.trigger import RunRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for."""

    project: str | None
    organization: str | None
    suites: tuple[str, ...]
    environments: tuple[str, ...]
    only: tuple[str, ...]
    tags: tuple[str, ...]
    priority: str
    jobs: int | None
    idempotency_key: str | None
    wait: bool
    reports: tuple[str, ...]
    profile: str | None


def requests_of(
    wish: Wish, *, project: Project, tests: Sequence[KnownTest], job: CiJob | None, is_ci: bool
) -> list[RunRequest]:
    """The runs to request, environment by environment. Raises UsageError when there is nothing to run."""
    suites = _suites(tests, wish)
    if not suites:
        raise _nothing(project, tests, wish)
    return [
        _request_of(suite, environment, wish, job=job, is_ci=is_ci)
        for environment in dict.fromkeys(wish.environments)
        for suite in suites
    ]


def key_of(wish: Wish, requests: Sequence[RunRequest], job: CiJob | None) -> str | None:
    """The idempotency key: the one that was said, else that of the CI's job."""
    if wish.idempotency_key is not None or job is None:
        return wish.idempotency_key
    return job.key(
        [
            [request.environment, *request.suites, list(request.only), list(request.tags)]
            for request in requests
        ]
        + [wish.priority, wish.jobs]
    )


def _suites(tests: Sequence[KnownTest], wish: Wish) -> tuple[str, ...]:
    """The suites that are meant: those named, or those with a test of what was asked for."""
    if wish.suites and not wish.only and not wish.tags:
        return tuple(dict.fromkeys(wish.suites))
    if wish.only:
        # A test that is not there is refused by the project, in better words than ours.
        return tuple(dict.fromkeys(name.partition("/")[0] for name in wish.only))
    wanted = set(wish.tags)
    return tuple(dict.fromkeys(test.suite for test in tests if not wanted or wanted & test.tags))


def _nothing(project: Project, tests: Sequence[KnownTest], wish: Wish) -> UsageError:
    """Why there is nothing to request."""
    if not tests:
        return UsageError(
            f"the project {project.key!r} has no tests", hint="`baton push` brings suites into it"
        )
    tags = sorted({tag for test in tests for tag in test.tags})
    return UsageError(
        f"no test has the tag {' or '.join(map(repr, wish.tags))}",
        hint=f"one of: {', '.join(tags)}" if tags else "no test of the project has any tag",
    )


def _request_of(suite: str, environment: str, wish: Wish, *, job: CiJob | None, is_ci: bool) -> RunRequest:
    return RunRequest(
        suites=(suite,),
        environment=environment,
        only=tuple(name for name in wish.only if name.startswith(f"{suite}/")),
        tags=wish.tags,
        priority=Priority(wish.priority),
        config={"jobs": wish.jobs} if wish.jobs else {},
        trigger="ci" if is_ci or job is not None else "manual",
        source={"command": "baton trigger", **(job.source if job else {})},
        git_branch=(job.branch if job else "")[:300] or None,
        git_commit=(job.commit if job else "")[:100] or None,
    )
