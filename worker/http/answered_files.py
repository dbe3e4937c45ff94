"""Files that the API under test answers: which of them a run keeps, and what is said of the others.

Pictures, videos and sounds by their media type; whatever says that it is an attachment; and what is no
text. None is kept in which a secret was found, in whatever spelling and however it is packed, nor one that
cannot be looked through. What is drawn in a picture cannot be seen.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from context.sensitive import hide_in_text, names_something
from worker.http.exchange import HidesSecrets
from worker.http.unpacked import CannotLookInside, layers_of
from worker.models.evidence import FileCategory, FileRecord
from worker.models.exchange import Headers, Response
from worker.models.suite import TestName

#: The database takes no larger one.
FILE_BYTES = 1 << 20
#: A test goes to the database as a whole, whose batches have 32 MB.
TEST_BYTES = 8 << 20
#: What a run keeps is in memory until its reports are written.
RUN_BYTES = 64 << 20

_HOLDS_SECRET = "it holds a secret"
_OPAQUE = "it cannot be looked through for secrets"
_NAME_LENGTH = 200
_UNKNOWN = "application/octet-stream"
_PART = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}"
_MEDIA_TYPE = re.compile(f"{_PART}/{_PART}")
_MEDIA = {"image": FileCategory.IMAGE, "video": FileCategory.VIDEO, "audio": FileCategory.VIDEO}


class AnsweredFiles:
    """What one run keeps. The same file is kept once for a test, however often it was answered."""

    def __init__(self) -> None:
        self._left = RUN_BYTES
        self._kept: dict[TestName, dict[str, bytes]] = {}

    def record(
        self, test: TestName, response: Response, mask: HidesSecrets, *, is_text: bool
    ) -> FileRecord | None:
        """What may leave the run of an answer that is a file; None for one that is none."""
        media_type, disposition = _said(response.headers)
        category = _MEDIA.get(media_type.partition("/")[0])
        is_attachment = disposition.lower().startswith("attachment")
        if not response.body or (category is None and is_text and not is_attachment):
            return None
        digest = sha256(response.body).hexdigest()
        note = self._keep(test, response, digest, mask)
        return FileRecord(
            name=hide_in_text(mask.text(_name(disposition, response.url))),
            media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else _UNKNOWN,
            category=category or FileCategory.LOG,
            size_bytes=len(response.body),
            # The hash of a file that is nothing but a secret would help whoever guesses it.
            sha256="" if note else digest,
            content=None if note else self._kept[test][digest],
            note=note,
        )

    def _keep(self, test: TestName, response: Response, digest: str, mask: HidesSecrets) -> str:
        """Why it is not kept; nothing when it is."""
        kept, body = self._kept.setdefault(test, {}), response.body
        if digest in kept:
            return ""
        note = self._too_much(kept, response) or _found_in(body, mask)
        if not note:
            self._left -= len(body)
            kept[digest] = body
        return note

    def _too_much(self, kept: Mapping[str, bytes], response: Response) -> str:
        size = len(response.body)
        if response.truncated:
            return "only its beginning was read"
        if size > FILE_BYTES:
            return f"it is larger than {FILE_BYTES >> 20} MiB"
        if sum(map(len, kept.values())) + size > TEST_BYTES:
            return f"its test has {TEST_BYTES >> 20} MiB of others"
        return f"the run has {RUN_BYTES >> 20} MiB of others" if size > self._left else ""


def _said(headers: Headers) -> tuple[str, str]:
    """The media type without its parameters, and the disposition."""
    media_type = disposition = ""
    for name, value in headers:
        lower = name.lower()
        if lower == "content-type":
            media_type = value.partition(";")[0].strip().lower()
        elif lower == "content-disposition":
            disposition = value.strip()
    return media_type, disposition


def _name(disposition: str, url: str) -> str:
    """As the answer calls it, else the end of its URL's path; never a path itself."""
    # Few runs meet a file; the others do not wait for this.
    from email.message import Message

    head = Message()
    head["content-disposition"] = disposition.replace("\r", " ").replace("\n", " ") or "inline"
    told = head.get_filename() or unquote(urlsplit(url).path)
    last = told.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:_NAME_LENGTH] or "file"


def _found_in(body: bytes, mask: HidesSecrets) -> str:
    """What speaks against showing it; nothing when nothing was found."""
    try:
        return _HOLDS_SECRET if any(_shows_secret(layer, mask) for layer in layers_of(body)) else ""
    except CannotLookInside:
        return _OPAQUE


def _shows_secret(body: bytes, mask: HidesSecrets) -> bool:
    return mask.stands_in(body) or names_something(body)
