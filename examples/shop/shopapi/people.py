"""Who may sign in."""

import hmac
from dataclasses import dataclass, field

from shopapi.messages import ShopError


@dataclass(frozen=True, slots=True)
class Person:
    """A customer."""

    id: str
    name: str
    email: str
    password: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """The customer as the API shows them: without the password."""
        return {"id": self.id, "name": self.name, "email": self.email}


class People:
    """The customers of the shop."""

    def __init__(self, *people: Person) -> None:
        self._by_email = {person.email: person for person in people}
        self._by_id = {person.id: person for person in people}

    def sign_in(self, email: object, password: object) -> Person:
        """The person with this e-mail and password.

        Raises:
            ShopError: 401. It does not tell which of the two is wrong.
        """
        person = self._by_email.get(str(email))
        known = person.password if person else ""
        if person is None or not hmac.compare_digest(_bytes(known), _bytes(str(password))):
            raise ShopError(401, "wrong_credentials", "E-mail or password is wrong.")
        return person

    def get(self, person_id: str) -> Person:
        """The person with this id, which a token vouches for."""
        return self._by_id[person_id]


def _bytes(text: str) -> bytes:
    # JSON may hold half a surrogate pair, which plain UTF-8 cannot say.
    return text.encode("utf-8", "surrogatepass")
