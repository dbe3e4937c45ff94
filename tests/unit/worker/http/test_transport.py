"""Why no answer came, in words that help."""

import pytest

from worker.http.transport import Trouble, authority, is_loopback, trouble_with
from worker.models.exchange import PreparedRequest


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_a_sentence_and_a_hint(trouble: Trouble) -> None:
    """The sentence has the host, never the path, the query or a password."""
    request = PreparedRequest(method="GET", url="https://ada:pw@api.test/secret/path?key=1")
    error = trouble_with(request, trouble, timeout_seconds=5)
    assert "api.test" in str(error)
    assert error.hint
    assert not {"pw", "secret", "key"} & set(str(error).replace("@", " ").replace("/", " ").split())
    assert error.category == trouble.value


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://api.test/x", "api.test:80"),
        ("https://api.test/x", "api.test:443"),
        ("http://[::1]:8080/x", "[::1]:8080"),
        ("https://u:p@api.test:1/x", "api.test:1"),
    ],
)
def test_the_place_is_host_and_port(url: str, place: str) -> None:
    """The usual port is said, too: it is the one that was tried."""
    assert authority(url) == place


@pytest.mark.parametrize(
    ("url", "stays"),
    [
        ("http://127.0.0.1:1/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://api.localhost/", True),
        ("http://10.0.0.1/", False),
        ("http://localhost.example.com/", False),
    ],
)
def test_loopback_addresses_are_known(url: str, stays: bool) -> None:
    """No proxy is asked for them."""
    assert is_loopback(url) is stays
