"""Where a run happens: base URL, variables, secrets, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from context.values import JsonValue
from worker.models.request import NO_AUTH, NOTHING_SAID, Auth, Connection


class EnvironmentKind(StrEnum):
    """What an environment is for; suites may restrict themselves to kinds."""

    LOCAL = "local"  # a person's own machine
    CI = "ci"  # made for one pipeline
    STAGING = "staging"  # shared, may be broken
    PRODUCTION = "production"  # real people depend on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One more API of an environment. `health` is a path below its base URL, or a whole URL, that says
    whether it is well; empty if there is none. `auth` is that of all requests to it, unless they say
    otherwise; it may hold templates."""

    base_url: str
    health: str = ""
    auth: Auth = NO_AUTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where to run. `secrets` and `credentials` hold real values: never print, log or repr them.

    `connection` is how its API is reached, unless a suite or a test says otherwise; `forced` is what
    the command line says, and no suite can.
    """

    name: str
    kind: EnvironmentKind = EnvironmentKind.LOCAL
    base_url: str = ""
    services: Mapping[str, Service] = field(default_factory=dict)
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    credentials: Mapping[str, Auth] = field(default_factory=dict, repr=False)
    max_parallel: int | None = None
    rate_limit_per_second: float | None = None
    timeout_seconds: float | None = None
    connection: Connection = NOTHING_SAID
    forced: Connection = NOTHING_SAID
    is_default: bool = False
