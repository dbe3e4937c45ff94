"""The parts of a test and an environment, as the rest of Baton knows them."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.models.environment import Environment, EnvironmentKind
from worker.models.request import Auth, AuthKind
from worker.parsing.document_request import METHODS


def read_method_and_url(read: Mapping[str, Any]) -> tuple[str, str]:
    """The method and where it goes; a GET of the base URL if a mistake hid them."""
    for method in METHODS:
        if method in read:
            return method, read[method]
    request = read.get("request", {})
    return request.get("method", "GET"), request.get("url", "/")


def merge_headers(defaults: Mapping[str, str | None], own: Mapping[str, str | None]) -> dict[str, JsonValue]:
    """The test's headers, and the defaults that it neither replaces nor takes away."""
    named = {name.lower() for name in own}
    kept = {name: value for name, value in defaults.items() if name.lower() not in named}
    return {name: value for name, value in {**kept, **own}.items() if value is not None}


def read_auth(read: Mapping[str, Any]) -> Auth:
    """Who the request comes from; nobody if nothing was said."""
    if "bearer" in read:
        return Auth(kind=AuthKind.BEARER, values={"token": read["bearer"]})
    if "basic" in read:
        return Auth(kind=AuthKind.BASIC, values=read["basic"])
    if "header" in read:
        return Auth(kind=AuthKind.HEADER, values=read["header"])
    return Auth(kind=AuthKind.NONE)


def read_environment(name: str, read: Mapping[str, Any]) -> Environment:
    """One of the suite's environments."""
    return Environment(
        name=name,
        kind=EnvironmentKind(read.get("kind", EnvironmentKind.LOCAL)),
        base_url=read.get("base_url", ""),
        variables=read.get("variables", {}),
        max_parallel=read.get("max_parallel"),
        rate_limit_per_second=read.get("rate_limit"),
        timeout_seconds=read.get("timeout"),
        is_default=read.get("default", False),
    )
