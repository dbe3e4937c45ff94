"""Which answers are files, which of them are kept, and that no secret is among them."""

import base64
import gzip
import hashlib
from urllib.parse import quote

import pytest

from context.masking import Mask
from worker.http.answered_files import FILE_BYTES, RUN_BYTES, TEST_BYTES, AnsweredFiles
from worker.models.evidence import FileCategory, FileRecord
from worker.models.exchange import Response

SECRET = "canary-secret-5f1b"
PNG = b"\x89PNG\r\n\x1a\n\x00 and so on"


def an_answer(body: bytes = PNG, media_type: str = "image/png", **more: object) -> Response:
    """A file, as an API answers it."""
    disposition = more.pop("disposition", None)
    headers = [("content-type", media_type)]
    if disposition is not None:
        headers.append(("Content-Disposition", str(disposition)))
    url = str(more.pop("url", "http://api.test/pictures/a.png?size=2"))
    return Response(status_code=200, headers=tuple(headers), body=body, url=url, **more)  # type: ignore[arg-type] # by name


def recorded(
    response: Response,
    *,
    is_text: bool = False,
    secrets: tuple[str, ...] = (),
    files: AnsweredFiles | None = None,
    test: str = "s/a",
) -> FileRecord | None:
    """What is said of it."""
    return (files or AnsweredFiles()).record(test, response, Mask(secrets), is_text=is_text)


def the_record(response: Response, **more: object) -> FileRecord:
    """Of one that is a file."""
    record = recorded(response, **more)  # type: ignore[arg-type] # by name
    assert record is not None
    return record


def test_a_picture_is_kept() -> None:
    """With its name, its type, its size and its checksum."""
    assert the_record(an_answer()) == FileRecord(
        name="a.png",
        media_type="image/png",
        category=FileCategory.IMAGE,
        size_bytes=len(PNG),
        sha256=hashlib.sha256(PNG).hexdigest(),
        content=PNG,
    )


@pytest.mark.parametrize(
    ("media_type", "is_text", "category"),
    [
        ("image/svg+xml; charset=utf-8", True, FileCategory.IMAGE),
        ("VIDEO/mp4", False, FileCategory.VIDEO),
        ("audio/mpeg", False, FileCategory.VIDEO),
        ("application/pdf", False, FileCategory.LOG),
        ("", False, FileCategory.LOG),
    ],
)
def test_kinds_of_files(media_type: str, is_text: bool, category: FileCategory) -> None:
    """By the media type; what is no text is a file, whatever it is called."""
    assert the_record(an_answer(b"%PD...", media_type), is_text=is_text).category is category


@pytest.mark.parametrize(
    "response",
    [
        an_answer(b'{"a": 1}', "application/json"),
        an_answer(b"<p>", "text/html"),
        an_answer(b"", "image/png"),
        an_answer(b"text", "text/plain", disposition="inline; filename=a.txt"),
    ],
)
def test_what_is_shown_as_text_is_no_file(response: Response) -> None:
    """Its body is in the evidence."""
    assert recorded(response, is_text=True) is None


def test_an_attachment_is_a_file() -> None:
    """The answer itself says so."""
    response = an_answer(b"a,b\n1,2\n", "text/csv", disposition='attachment; filename="../../orders.csv"')
    record = the_record(response, is_text=True)
    assert (record.name, record.content) == ("orders.csv", b"a,b\n1,2\n")


@pytest.mark.parametrize(
    ("disposition", "url", "name"),
    [
        ("attachment; filename*=UTF-8''%C3%BCber.log", "http://api.test/x", "über.log"),
        ("attachment", "http://api.test/x/y%20z.log?a=b", "y z.log"),
        ("attachment; filename=C:\\temp\\a.log", "http://api.test/x", "a.log"),
        ('attachment; filename="a\r\nX-Evil: 1"', "http://api.test/x", None),
        (None, "http://api.test/", "file"),
        (None, f"http://api.test/{SECRET}", "***"),
    ],
)
def test_names(disposition: str | None, url: str, name: str | None) -> None:
    """The last part of a path, never a path; without signs that nobody sees, and masked."""
    record = the_record(an_answer(disposition=disposition, url=url), secrets=(SECRET,))
    if name is None:
        assert record.name.isprintable()
    else:
        assert record.name == name


@pytest.mark.parametrize("media_type", ["text/html\r\nX: 1", "<script>", "a" * 200 + "/b", "image/<b>"])
def test_a_media_type_that_is_none_is_not_repeated(media_type: str) -> None:
    """It is shown, and becomes part of an address."""
    assert the_record(an_answer(media_type=media_type)).media_type == "application/octet-stream"


@pytest.mark.parametrize(
    "body",
    [
        PNG + SECRET.encode() + b"\xff",
        PNG + base64.b64encode(SECRET.encode()),
        PNG + quote("ü" + SECRET).encode(),
        SECRET.encode("utf-16-le"),
        gzip.compress(SECRET.encode() * 3),
        b'\x00{"refresh_token": "one that no test has captured"}',
        b"\x00 eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln ",
    ],
    ids=["plain", "base64", "percent", "utf-16", "gzip", "by its name", "by its shape"],
)
def test_a_file_with_a_secret_is_not_kept(body: bytes) -> None:
    """In whatever spelling. Not even its checksum is told: a small secret could be guessed by it."""
    record = the_record(an_answer(body), secrets=(SECRET,))
    assert (record.content, record.sha256, record.note) == (None, "", "it holds a secret")
    assert SECRET not in repr(record)


def test_a_secret_beyond_ascii_is_found() -> None:
    """In the middle of what is no text."""
    record = the_record(
        an_answer(b"\xff\x00" + "schlüssel-für-alle".encode()), secrets=("schlüssel-für-alle",)
    )
    assert record.content is None


@pytest.mark.parametrize(
    ("response", "note"),
    [
        (an_answer(b"7z\xbc\xaf\x27\x1c..."), "it cannot be looked through for secrets"),
        (an_answer(b"\x00" * (FILE_BYTES + 1)), "it is larger than 1 MiB"),
        (an_answer(truncated=True), "only its beginning was read"),
    ],
)
def test_what_is_not_kept_says_why(response: Response, note: str) -> None:
    """And how large it was."""
    record = the_record(response)
    assert (record.content, record.sha256, record.note) == (None, "", note)
    assert record.size_bytes == len(response.body)


def test_a_test_keeps_so_much() -> None:
    """It travels to the database as a whole; the same file is one."""
    files, large = AnsweredFiles(), b"\x00" * (FILE_BYTES - 1)
    for number in range(TEST_BYTES // FILE_BYTES):
        body = large + bytes([number])
        assert the_record(an_answer(body), files=files).content is not None
        assert the_record(an_answer(body), files=files).content is not None
    assert the_record(an_answer(large + b"x"), files=files).note == "its test has 8 MiB of others"
    assert the_record(an_answer(large + b"x"), files=files, test="s/b").content is not None


def test_a_run_keeps_so_much() -> None:
    """Whatever its tests answer."""
    files, large = AnsweredFiles(), b"\x00" * FILE_BYTES
    for number in range(RUN_BYTES // FILE_BYTES):
        assert the_record(an_answer(large), files=files, test=f"s/{number}").content is not None
    assert the_record(an_answer(large), files=files, test="s/last").note == "the run has 64 MiB of others"
