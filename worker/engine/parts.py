"""What a run is made of, besides its plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from context.execution import ExecutionContext
from worker.assertions.scene import Tools
from worker.clock import Clock, SystemClock
from worker.engine.limits import Limits
from worker.engine.locks import Locks, MemoryLocks
from worker.engine.stop import StopSignal
from worker.files import Files, NoFiles
from worker.http.cookies import CookieJar
from worker.http.origin import Origin
from worker.http.send import Sender
from worker.models.environment import Environment
from worker.models.exchange import nobody_counts
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import SuiteLimits, TestName

#: Tests at once, where nobody says otherwise. Tests wait for an API most of the time, so this has
#: nothing to do with the number of processors; it is what a shared environment bears.
DEFAULT_JOBS = 25

#: How long tests in flight may still take once a run shall stop, in seconds.
PATIENCE_SECONDS = 10.0

#: How long undoing what tests have made may take, all together, in seconds.
CLEANUP_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a run uses. Whoever made them closes them.

    A run that is taken up again gives what an earlier holder recorded: `finished` tests are not run
    again (their captures must be in the context already); `interrupted` ones had been started, so
    those that are not idempotent are not sent a second time.

    Once `bail` tests went wrong, no further one starts; `suites` are the limits of suites, by their keys.
    `files` are those that suites name; `tools` are what checks use; `cookies` are shared by the tests
    that say `cookie_jar: run`.
    Without `limits` those of the environment hold for this run alone.
    With `shuffle` chance decides which ready test goes first, and the same seed decides alike.
    """

    context: ExecutionContext
    sender: Sender
    environment: Environment
    clock: Clock = field(default_factory=SystemClock)
    jobs: int = DEFAULT_JOBS
    finished: Mapping[TestName, TestOutcome | Verdict] = field(default_factory=dict)
    interrupted: frozenset[TestName] = frozenset()
    stop: StopSignal = field(default_factory=StopSignal)
    bail: int | None = None
    suites: Mapping[str, SuiteLimits] = field(default_factory=dict)
    shuffle: int | str | None = None
    locks: Locks = field(default_factory=MemoryLocks)
    limits: Limits | None = None
    files: Files = field(default_factory=NoFiles)
    tools: Tools = field(default_factory=Tools)
    cookies: CookieJar = field(default_factory=CookieJar)
    timeout_seconds: float | None = None
    patience_seconds: float = PATIENCE_SECONDS
    cleanup_seconds: float = CLEANUP_SECONDS

    @property
    def most_at_once(self) -> int:
        """Tests at once: the run's wish within the environment's limit, at least one."""
        return max(1, min(self.jobs, self.environment.max_parallel or self.jobs))


def origin_of(
    parts: Parts, cookies: CookieJar, renewed: Callable[[str, bool], None] = nobody_counts
) -> Origin:
    """What the run adds to the requests of one attempt, whose own cookies these are. `renewed` is told
    of tokens that were renewed for them."""
    environment = parts.environment
    return Origin(
        base_url=environment.base_url,
        services=environment.services,
        credentials=environment.credentials,
        connection=environment.connection,
        forced=environment.forced,
        files=parts.files,
        test_cookies=cookies,
        run_cookies=parts.cookies,
        hide=parts.context.mask.add,
        renewed=renewed,
    )
