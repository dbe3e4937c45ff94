"""No answer came: which kind of trouble, in words that help."""

from enum import StrEnum
from urllib.parse import urlsplit

from worker.errors import TransportError
from worker.models.exchange import PreparedRequest
from worker.models.request import HttpVersion


class Trouble(StrEnum):
    """Why no answer came. These are failure categories, too."""

    DNS = "dns"  # nobody knows the host's name
    CONNECT_REFUSED = "connect_refused"  # the host is there, nothing listens
    CONNECT_TIMEOUT = "connect_timeout"  # no connection in time
    TLS = "tls"  # no agreement on certificates or protocol
    PROXY = "proxy"  # the proxy is there, but does not let us through
    TOKEN = "token_refused"  # an authorization server gave no token to send it with
    READ_TIMEOUT = "read_timeout"  # connected, but no (whole) answer in time
    PROTOCOL = "protocol"  # something came that is no HTTP answer, or it broke off


def trouble_with(
    request: PreparedRequest, trouble: Trouble, *, detail: str = "", timeout_seconds: float = 0.0
) -> TransportError:
    """The error to raise. `detail` is the client's own short reason; it must not quote the request."""
    place = authority(request.url)
    proxy = request.channel.proxy
    if proxy and trouble in (Trouble.DNS, Trouble.CONNECT_REFUSED, Trouble.CONNECT_TIMEOUT, Trouble.PROXY):
        # Whoever is told of the API's own address would look in the wrong place.
        return _proxy_trouble(trouble, authority(proxy), detail)
    what, hint = _words(trouble, place, timeout_seconds)
    if trouble is Trouble.PROTOCOL and request.channel.http_version is HttpVersion.HTTP_2:
        hint = "the test wants HTTP/2, and the server may not speak it here: try `http_version: auto`"
    return TransportError(f"{what}: {detail}" if detail else what, category=trouble, hint=hint)


def _proxy_trouble(trouble: Trouble, place: str, detail: str) -> TransportError:
    host = place.rsplit(":", 1)[0]
    what = {
        Trouble.DNS: f"no host is named {host}, where the proxy should be",
        Trouble.CONNECT_REFUSED: f"no proxy listens on {place}",
        Trouble.CONNECT_TIMEOUT: f"the proxy {place} did not take a connection in time",
    }.get(trouble, f"the proxy {place} did not let the request through")
    return TransportError(
        f"{what}: {detail}" if detail else what,
        category=trouble,
        hint="check `proxy:` or --proxy, and its user and password",
    )


def refused_request() -> TransportError:
    """The client itself would not send it. Its own words would quote the value, which may be secret."""
    return TransportError(
        "the HTTP client refused this request",
        category=Trouble.PROTOCOL,
        hint="check the URL and the headers for characters that HTTP does not allow",
    )


def authority(url: str) -> str:
    """`host:port` of a URL, without the name and password that may stand before it."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "?"
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def is_loopback(url: str) -> bool:
    """Whether this URL stays on this machine; no proxy can be meant for it."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")


def _words(trouble: Trouble, place: str, timeout_seconds: float) -> tuple[str, str]:
    host = place.rsplit(":", 1)[0]
    seconds = f"{timeout_seconds:g} s"
    return {
        Trouble.DNS: (f"no host is named {host}", "check the spelling of base_url, and the network"),
        Trouble.CONNECT_REFUSED: (
            f"nothing listens on {place}",
            "start the API, or check host and port of base_url",
        ),
        Trouble.CONNECT_TIMEOUT: (
            f"{place} did not take a connection in time",
            "check host and port; a firewall may drop the packets",
        ),
        Trouble.TLS: (
            f"no secure connection to {place}",
            "check the certificate and that the port speaks TLS; `verify_tls: false` skips the check",
        ),
        Trouble.TOKEN: (
            f"{place} gave no token",
            "check token_url, client_id, client_secret and scope under `auth: oauth2`",
        ),
        Trouble.PROXY: (f"a proxy did not let the request to {place} through", "check HTTPS_PROXY"),
        Trouble.READ_TIMEOUT: (
            f"{place} did not answer within {seconds}",
            "raise `timeout:` if the API may take this long",
        ),
        Trouble.PROTOCOL: (f"{place} did not send a whole HTTP answer", "look at the API's own log"),
    }[trouble]
