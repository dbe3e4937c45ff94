"""Who the demo is: a member with an e-mail address and a random password, kept in private files."""

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.private_files import read_json, write_private, write_private_json

EMAIL = "demo@baton.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSecrets:
    """The passwords that the demo must remember between two calls. None of them is ever shown."""

    #: Of the member who pushes, asks and watches.
    member: str = field(repr=False)
    #: Of the shop's customers.
    shop: str = field(repr=False)
    #: Of the people whom the Supabase suite signs up.
    people: str = field(repr=False)

    @classmethod
    def new(cls) -> "DemoSecrets":
        """Passwords that nobody has used before."""
        return cls(
            member=secrets.token_urlsafe(18),
            shop=secrets.token_urlsafe(18),
            people=secrets.token_urlsafe(18),
        )


def password_file(folder: Path) -> Path:
    """The file with the member's password and nothing else, for `baton login --password-stdin`."""
    return folder / "demo-password"


def demo_secrets(folder: Path) -> DemoSecrets:
    """The passwords of the stack in this folder, made now if there are none. Their files have mode 0600."""
    path = folder / "demo.json"
    if not path.exists():
        made = DemoSecrets.new()
        write_private_json(path, asdict(made))
    try:
        known = DemoSecrets(**(read_json(path) or {}))
    except TypeError:
        raise LocalStackError(
            "The passwords of the demo cannot be read",
            where=str(path),
            hint="Put the file back, or begin again with `baton db reset` (this deletes the data).",
        ) from None
    if not password_file(folder).exists():
        write_private(password_file(folder), known.member + "\n")
    return known
