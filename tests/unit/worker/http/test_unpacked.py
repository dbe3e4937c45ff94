"""What is packed in a file is found, or it is said that it cannot be."""

import gzip
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from worker.http.unpacked import MOST_BYTES, CannotLookInside, layers_of

WORDS = b"words that are packed " * 20


def zipped(*contents: bytes) -> bytes:
    """An archive with these members."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.txt", content)
    return file.getvalue()


def a_pdf(*streams: bytes) -> bytes:
    """As much of one as matters here."""
    packed = b"".join(b"stream\r\n" + zlib.compress(each) + b"\nendstream\n" for each in streams)
    return b"%PDF-1.7\n" + packed + b"%%EOF\n"


@pytest.mark.parametrize(
    "body",
    [
        zipped(b"first", WORDS),
        gzip.compress(WORDS),
        zipped(gzip.compress(WORDS)),
        gzip.compress(zipped(WORDS)),
        a_pdf(b"first", WORDS),
    ],
    ids=["zip", "gzip", "gzip in zip", "zip in gzip", "pdf"],
)
def test_what_is_inside_is_found(body: bytes) -> None:
    """Also what is packed twice."""
    assert WORDS not in body
    assert WORDS in list(layers_of(body))


def test_a_file_that_is_not_packed_is_itself() -> None:
    """And nothing else."""
    assert list(layers_of(b"\x89PNG...")) == [b"\x89PNG..."]


def nested(depth: int) -> bytes:
    """Zip in zip in zip."""
    body = WORDS
    for _ in range(depth):
        body = zipped(body)
    return body


@pytest.mark.parametrize(
    "body",
    [
        b"7z\xbc\xaf\x27\x1c and so on",
        b"Rar!\x1a\x07 and so on",
        b"\x28\xb5\x2f\xfd and so on",
        b"PK\x03\x04 and then nothing of the kind",
        gzip.compress(WORDS)[:10] + b"damaged!",
        gzip.compress(b"\0" * (MOST_BYTES + 1)),
        zipped(b"\0" * MOST_BYTES, b"\0"),
        nested(5),
        b"%PDF-1.7\nstream\nxdamaged",
    ],
    ids=["7z", "rar", "zstd", "no zip", "damaged", "bomb", "bomb in zip", "too deep", "damaged pdf"],
)
def test_what_cannot_be_looked_through_is_told(body: bytes) -> None:
    """Nobody knows what is in it."""
    with pytest.raises(CannotLookInside):
        list(layers_of(body))


def test_a_locked_zip_cannot_be_looked_through() -> None:
    """Who has its password is not us."""
    body = bytearray(zipped(WORDS))
    # The flag for it, in the member's own head and in the list at the end.
    for head, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(head) + place] |= 1
    with pytest.raises(CannotLookInside):
        list(layers_of(bytes(body)))
