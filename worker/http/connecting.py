"""How a request travels: what test, suite, environment and command line say of it, as one channel."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from context.templating import has_template
from worker.errors import RequestError
from worker.files import Files
from worker.http.bodies import read_file
from worker.http.origin import Origin
from worker.http.render import Render, text_of
from worker.models.exchange import Channel
from worker.models.request import Connection, Request

#: The proxies that both clients speak with.
PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def connection_of(request: Request, origin: Origin) -> Connection:
    """What command line, test, suite and environment say together."""
    return origin.forced.over(request.connection).over(origin.connection)


def make_channel(request: Request, said: Connection, origin: Origin, render: Render) -> Channel:
    """The channel of a request. Raises RequestError for a proxy or a certificate that cannot be used."""
    certificate, key = _identity(said, origin.files, render, origin.hide)
    return Channel(
        proxy=_proxy(said.proxy, render, origin.hide),
        verify_tls=said.verify is not False,
        ca=_certificates(said.ca, origin.files, render),
        certificate=certificate,
        key=key,
        http_version=request.http_version,
        compressed=request.compressed,
        connect_seconds=request.connect_timeout_seconds,
        read_seconds=request.read_timeout_seconds,
    )


def _proxy(said: str | None, render: Render, hide: Callable[[str], None]) -> str | None:
    if not said:
        return said
    proxy = text_of(said, render, field="proxy")
    complaint = proxy_complaint(proxy)
    if complaint:
        raise RequestError(complaint, where="proxy", hint="write it like http://proxy.example.com:3128")
    password = urlsplit(proxy).password
    if password:
        hide(unquote(password))
    return proxy


def proxy_complaint(proxy: str) -> str:
    """Why this cannot be a proxy's address; empty when it can. The address itself may hold a password."""
    try:
        parts = urlsplit(proxy)
        reachable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return "the proxy has no host, or a port that cannot be"
    if parts.scheme not in PROXY_SCHEMES or "://" not in proxy:
        return f"a proxy's address begins with {', '.join(f'{each}://' for each in PROXY_SCHEMES)}"
    return "" if reachable else "the proxy has no host, or a port that cannot be"


def _certificates(said: str | None, files: Files, render: Render) -> bytes | None:
    if not said:
        return None
    from worker.http.tls import certificates_in

    return b"".join(certificates_in(_content(said, files, render, field="tls.ca")))


def _identity(
    said: Connection, files: Files, render: Render, hide: Callable[[str], None]
) -> tuple[bytes | None, bytes | None]:
    """The client's certificate and its key."""
    if not said.certificate:
        return None, None
    from worker.http.tls import client_identity

    certificate = _content(said.certificate, files, render, field="tls.certificate")
    key = _content(said.key, files, render, field="tls.key") if said.key else None
    password = "" if said.password is None else text_of(said.password, render, field="tls.password")
    hide(password)
    return client_identity(certificate, key, password)


def _content(said: str, files: Files, render: Render, *, field: str) -> bytes:
    """The file of a path; or what a secret or a variable has in its place."""
    if not has_template(said):
        return read_file(files, said, field=field)
    from worker.files import file_in_text

    content = file_in_text(text_of(said, render, field=field))
    if content is None:
        raise RequestError(
            "this is neither PEM nor base64",
            where=field,
            hint="give it the text of the PEM file, or what `base64 client.p12` prints",
        )
    return content
