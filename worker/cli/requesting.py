"""What the options of `baton trigger` ask for, as runs to request: each suite in each environment is one."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.cli.ci_job import CiJob
from worker.errors import UsageError
from worker.models.suite import Priority, TestName
from worker.project.checkout import LONGEST_BRANCH, LONGEST_COMMIT
from worker.project.find import KnownTest, Project
from worker.project.trigger import RunRequest
from worker.project.wanted import check_suites, check_tags, wanted_names

#: As the database has it.
LONGEST_KEY = 200


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
    timeout: float | None
    reports: tuple[str, ...]
    as_json: bool
    profile: str | None


def requests_of(
    wish: Wish, *, project: Project, tests: Sequence[KnownTest], job: CiJob | None, is_ci: bool
) -> list[RunRequest]:
    """The runs to request, environment by environment. Raises UsageError when there is nothing to run."""
    if not tests and not wish.suites:
        hint = "`baton push` brings suites into it"
        raise UsageError(f"the project {project.key!r} has no tests", hint=hint)
    wanted = _wanted(tests, wish)
    return [
        _request_of(each, environment, wish, job=job, is_ci=is_ci)
        for environment in dict.fromkeys(wish.environments)
        for each in wanted
    ]


def key_of(wish: Wish, requests: Sequence[RunRequest], job: CiJob | None) -> str | None:
    """The idempotency key: the one that was said, else that of the CI's job. Raises UsageError."""
    if wish.idempotency_key is not None:
        return _checked_key(wish.idempotency_key)
    if job is None:
        return None
    return job.key(
        [
            [request.environment, *request.suites, list(request.only), list(request.tags)]
            for request in requests
        ]
        + [wish.priority, wish.jobs]
    )


def _checked_key(key: str) -> str:
    # An empty one comes of a variable that is not set: each run would be taken for the one before.
    if not key.strip() or len(key) > LONGEST_KEY:
        hint = f"text that is another one for each request, of at most {LONGEST_KEY} characters"
        raise UsageError("this is no idempotency key", where="--idempotency-key", hint=hint)
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class _WantedSuite:
    """What of a suite is to run: all of it, or these tests, or those with one of these tags."""

    key: str
    only: tuple[TestName, ...] = ()
    tags: tuple[str, ...] = ()


def _wanted(tests: Sequence[KnownTest], wish: Wish) -> list[_WantedSuite]:
    """The suites that are meant: those named, or those with a test of what was asked for."""
    if wish.suites and not wish.only and not wish.tags:
        # A suite that is not there is refused by the project, in better words than ours.
        return [_WantedSuite(key=key) for key in dict.fromkeys(wish.suites)]
    check_suites(tests, wish.suites)
    check_tags(tests, wish.tags)
    names = wanted_names(tests, wish.only)
    suites = (_wanted_of(key, tests, names, wish) for key in dict.fromkeys(test.suite for test in tests))
    wanted = [suite for suite in suites if suite is not None]
    if not wanted:
        raise UsageError("no test is all that was asked for", hint="ask for less at a time")
    return wanted


def _wanted_of(
    key: str, tests: Sequence[KnownTest], names: Sequence[TestName], wish: Wish
) -> _WantedSuite | None:
    """None for a suite with no test of what was asked for."""
    own = [test for test in tests if test.suite == key]
    only = tuple(test.name for test in own if test.name in names)
    known = frozenset().union(*(test.tags for test in own))
    # A worker refuses a tag that no test of the run has; other suites may be those that have it.
    tags = tuple(tag for tag in wish.tags if tag in known)
    if (names and not only) or (wish.tags and not tags):
        return None
    return _WantedSuite(key=key, only=only, tags=tags)


def _request_of(
    wanted: _WantedSuite, environment: str, wish: Wish, *, job: CiJob | None, is_ci: bool
) -> RunRequest:
    return RunRequest(
        suites=(wanted.key,),
        environment=environment,
        only=wanted.only,
        tags=wanted.tags,
        priority=Priority(wish.priority),
        config={"jobs": wish.jobs} if wish.jobs else {},
        trigger="ci" if is_ci or job is not None else "manual",
        source={"command": "baton trigger", **(job.source if job else {})},
        git_branch=(job.branch if job else "")[:LONGEST_BRANCH] or None,
        git_commit=(job.commit if job else "")[:LONGEST_COMMIT] or None,
    )
