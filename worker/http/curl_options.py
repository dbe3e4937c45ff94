"""What curl must be told to send a request as Baton does, besides method, URL, headers and body."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from context.templating import has_template
from context.values import MASK
from worker.models.exchange import PLAIN, Channel, LateAuth
from worker.models.request import AuthKind, Connection, HttpVersion, Request


def curl_options(
    request: Request, channel: Channel, connection: Connection, auth: LateAuth | None, *, url: str
) -> tuple[str, ...]:
    """The options, each with its value in the same text if it has one: `--proxy`, `http://…`."""
    if channel is PLAIN and auth is None and not request.follow_redirects:
        return ()
    return (
        *_of_redirects(request),
        *_of_auth(auth),
        *_of_version(channel, url),
        *_of_connection(channel, connection),
    )


def _of_redirects(request: Request) -> Iterator[str]:
    if request.follow_redirects:
        yield "--location"
        if request.max_redirects != Request(method="GET", url="/").max_redirects:
            yield from ("--max-redirs", str(request.max_redirects))


def _of_auth(auth: LateAuth | None) -> Iterator[str]:
    if auth is None:
        return
    if auth.kind is AuthKind.DIGEST:
        yield from ("--digest", "--user", f"{auth.values['username']}:{MASK}")
    elif auth.kind is AuthKind.AWS:
        yield from ("--aws-sigv4", f"aws:amz:{auth.values['region']}:{auth.values['service']}")
        yield from ("--user", f"{auth.values['access_key']}:{MASK}")


def _of_version(channel: Channel, url: str) -> Iterator[str]:
    if channel.http_version is HttpVersion.HTTP_1_1:
        yield "--http1.1"
    elif channel.http_version is HttpVersion.HTTP_2:
        yield "--http2" if url.lower().startswith("https:") else "--http2-prior-knowledge"


def _of_connection(channel: Channel, connection: Connection) -> Iterator[str]:
    if channel.proxy:
        yield from ("--proxy", _without_password(channel.proxy))
    elif channel.proxy == "":
        yield from ("--noproxy", "*")
    if not channel.verify_tls:
        yield "--insecure"
    for option, path in (
        ("--cacert", connection.ca),
        ("--cert", connection.certificate),
        ("--key", connection.key),
    ):
        if path:
            # One out of a secret is in no file that curl could be told.
            yield from (option, MASK if has_template(path) else path)
    if channel.connect_seconds is not None:
        yield from ("--connect-timeout", f"{channel.connect_seconds:g}")


def _without_password(proxy: str) -> str:
    parts = urlsplit(proxy)
    if parts.password is None:
        return proxy
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{MASK}@{host}"))
