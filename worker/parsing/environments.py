"""The environments of a suite, as the rest of Baton knows them."""

from collections.abc import Mapping
from typing import Any

from worker.models.environment import Environment, EnvironmentKind, Service
from worker.parsing.auth import read_auth
from worker.parsing.requests import read_connection


def read_environment(name: str, read: Mapping[str, Any]) -> Environment:
    """One of the suite's environments."""
    return Environment(
        name=name,
        kind=EnvironmentKind(read.get("kind", EnvironmentKind.LOCAL)),
        base_url=read.get("base_url", ""),
        services={name: _service(said) for name, said in read.get("services", {}).items()},
        variables=read.get("variables", {}),
        max_parallel=read.get("max_parallel"),
        rate_limit_per_second=read.get("rate_limit"),
        timeout_seconds=read.get("timeout"),
        connection=read_connection(read),
        is_default=read.get("default", False),
    )


def _service(read: Mapping[str, Any]) -> Service:
    return Service(
        base_url=read.get("base_url", ""), health=read.get("health", ""), auth=read_auth(read.get("auth", {}))
    )
