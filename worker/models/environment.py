"""Where a run happens: base URL, variables, secrets, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from context.values import JsonValue


class EnvironmentKind(StrEnum):
    """What an environment is for; suites may restrict themselves to kinds."""

    LOCAL = "local"  # a person's own machine
    CI = "ci"  # made for one pipeline
    STAGING = "staging"  # shared, may be broken
    PRODUCTION = "production"  # real people depend on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where to run. `secrets` hold real values: never print, log or repr them."""

    name: str
    kind: EnvironmentKind = EnvironmentKind.LOCAL
    base_url: str = ""
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_parallel: int | None = None
    rate_limit_per_second: float | None = None
    timeout_seconds: float | None = None
    is_default: bool = False
