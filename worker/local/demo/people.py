"""Who the demo is: a member with an e-mail address and a random password, kept in a private file."""

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.private_files import read_json, write_private_json

EMAIL = "demo@baton.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSecrets:
    """What the demo must remember between two calls. Only the e-mail address may be shown."""

    email: str
    #: Of the member who pushes, asks and watches.
    password: str = field(repr=False)
    #: Of the shop's customers.
    shop_password: str = field(repr=False)
    #: Of the people whom the Supabase suite signs up.
    people_password: str = field(repr=False)

    @classmethod
    def new(cls) -> "DemoSecrets":
        """Passwords that nobody has used before."""
        return cls(
            email=EMAIL,
            password=secrets.token_urlsafe(18),
            shop_password=secrets.token_urlsafe(18),
            people_password=secrets.token_urlsafe(18),
        )


def demo_secrets(path: Path) -> DemoSecrets:
    """The secrets in this file, which is made with mode 0600 if it is missing."""
    if not path.exists():
        made = DemoSecrets.new()
        write_private_json(path, asdict(made))
        return made
    try:
        return DemoSecrets(**(read_json(path) or {}))
    except TypeError:
        raise LocalStackError(
            "The passwords of the demo cannot be read",
            where=str(path),
            hint="Put the file back, or begin again with `baton db reset` (this deletes the data).",
        ) from None
