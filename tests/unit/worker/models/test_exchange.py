"""An answer read as JSON."""

import pytest

from worker.models.exchange import Response


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "the body is empty, not JSON"),
        (b'{"a": "x\x00y"}', "the body is not JSON: Invalid control character at line 1, column 9"),
        (b"\n<h1>Bad Gateway</h1>", "the body is not JSON: it begins with '<', as HTML and XML do"),
        (b'{"a": "\xff"}', "the body is not JSON: it is not UTF-8 text"),
        (b"9" * 5_000, "the body is not JSON: it holds a number with too many digits to be read"),
        (b"[" * 100_000, "the body is JSON nested too deeply to be read"),
    ],
)
def test_what_is_no_json_is_said_in_a_sentence(body: bytes, complaint: str) -> None:
    """Whatever an API answers, the person reads why it could not be used."""
    with pytest.raises(ValueError, match="body") as caught:
        Response(status_code=200, body=body).json()
    assert str(caught.value) == complaint
