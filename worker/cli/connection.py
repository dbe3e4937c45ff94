"""How the command line says that an API is reached: proxy and certificates."""

from pathlib import Path
from typing import Protocol

from worker.errors import UsageError
from worker.http.connecting import proxy_complaint
from worker.models.request import Connection


class ConnectionOptions(Protocol):
    """The options as click gives them, by their names."""

    def __getitem__(self, name: str, /) -> object:
        """The value of an option."""
        ...


def connection_of(given: ConnectionOptions) -> Connection:
    """What the options say. Raises UsageError for what cannot be."""
    return Connection(
        proxy=_proxy(given["proxy"]),
        verify=False if given["insecure"] else None,
        ca=_existing("--cacert", given["ca"]),
        certificate=_existing("--cert", given["certificate"]),
        key=_key(given),
    )


def connection_words(connection: Connection) -> list[str]:
    """The options that say this, without a proxy's password."""
    words = ["--proxy", _shown(connection.proxy)] if connection.proxy is not None else []
    for option, path in (
        ("--cacert", connection.ca),
        ("--cert", connection.certificate),
        ("--key", connection.key),
    ):
        words += [option, path] if path else []
    return words + (["--insecure"] if connection.verify is False else [])


def _proxy(given: object) -> str | None:
    if given is None or given == "none":
        return None if given is None else ""
    proxy = str(given)
    complaint = proxy_complaint(proxy)
    if complaint:
        # The address itself stays out of the message: there may be a password in it.
        raise UsageError(complaint, where="--proxy", hint="Write --proxy http://proxy.example.com:3128.")
    return proxy


def _key(given: ConnectionOptions) -> str | None:
    key = _existing("--key", given["key"])
    if key is not None and given["certificate"] is None:
        raise UsageError("a key without a certificate", where="--key", hint="Give --cert as well.")
    return key


def _existing(option: str, path: object) -> str | None:
    if path is None:
        return None
    if not Path(str(path)).is_file():
        raise UsageError(f"there is no file {path}", where=option, hint="Check the path.")
    return str(path)


def _shown(proxy: str | None) -> str:
    if not proxy:
        return "none"
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
