"""Forms with files: multipart/form-data (RFC 7578), as browsers write it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One part, ready to be written."""

    name: str
    data: bytes = field(repr=False)
    filename: str | None = None
    content_type: str | None = None

    def head(self) -> bytes:
        """What stands before its data."""
        disposition = f'form-data; name="{_quoted(self.name)}"'
        if self.filename is not None:
            disposition += f'; filename="{_quoted(self.filename)}"'
        head = f"Content-Disposition: {disposition}\r\n"
        if self.content_type:
            head += f"Content-Type: {self.content_type}\r\n"
        return head.encode() + b"\r\n"


def encode(fields: Sequence[Field]) -> tuple[bytes, str]:
    """The body and its content type. The same fields make the same body."""
    boundary = _boundary(fields)
    parts = [b"--" + boundary + b"\r\n" + each.head() + each.data + b"\r\n" for each in fields]
    body = b"".join([*parts, b"--" + boundary + b"--\r\n"])
    return body, f"multipart/form-data; boundary={boundary.decode()}"


def guess_type(path: str) -> str:
    """The content type of a file, by its ending."""
    import mimetypes

    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def _boundary(fields: Sequence[Field]) -> bytes:
    """Made of what it parts, so that a run can be repeated to the byte. It cannot stand in there: that
    would be a text that holds its own hash."""
    hashed = hashlib.sha256()
    for each in fields:
        hashed.update(each.head() + hashlib.sha256(each.data).digest())
    return b"baton-" + hashed.hexdigest()[:32].encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
