"""Signing in and out."""

from shopapi.messages import Answer, Call
from shopapi.parts import Parts


def health(_parts: Parts, _call: Call) -> Answer:
    """Whether the shop is there."""
    return Answer(body={"status": "ok"})


def login(parts: Parts, call: Call) -> Answer:
    """E-mail and password for a token."""
    form = call.json_object()
    person = parts.people.sign_in(form.get("email"), form.get("password"))
    return Answer(body={**parts.tokens.issue(person.id), "user": person.as_json()})


def logout(parts: Parts, call: Call) -> Answer:
    """The token is given back."""
    parts.tokens.revoke(parts.claims(call))
    return Answer(status=204)


def me(parts: Parts, call: Call) -> Answer:
    """Who is signed in."""
    return Answer(body=parts.people.get(parts.person_id(call)).as_json())
