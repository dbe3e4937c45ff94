"""The shop's web pages: a visit that a cookie stands for, a page, a feed."""

from xml.sax.saxutils import escape

from shopapi.catalog import search
from shopapi.messages import Answer, Call
from shopapi.parts import Parts
from shopapi.sessions import COOKIE


def begin(parts: Parts, call: Call) -> Answer:
    """Sign in with a form; a cookie comes back, and the way to the profile."""
    form = call.form()
    person = parts.people.sign_in(form.get("email"), form.get("password"))
    cookie = f"{COOKIE}={parts.visits.begin(person.id)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600"
    return Answer(status=303, headers={"Location": "/profile", "Set-Cookie": cookie})


def profile(parts: Parts, call: Call) -> Answer:
    """Who the cookie stands for."""
    return Answer(body=parts.people.get(parts.visits.person_id(call)).as_json())


def end(parts: Parts, call: Call) -> Answer:
    """Sign out."""
    parts.visits.end(call)
    return Answer(status=204)


def page(_parts: Parts, _call: Call) -> Answer:
    """The start page, for people."""
    lines = "".join(f"<li>{escape(found['name'])}</li>" for found in search(tag=None, limit=3))
    head = "<!doctype html><title>Shop</title><h1>Welcome</h1>"
    return Answer(text=f"{head}<ul>{lines}</ul>", kind="text/html")


def feed(_parts: Parts, _call: Call) -> Answer:
    """What is new, as an Atom feed."""
    entries = "".join(_entry(**found) for found in search(tag=None, limit=3))
    head = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>New in the shop</title>'
    return Answer(text=f"{head}{entries}</feed>", kind="application/atom+xml")


def _entry(*, id: str, name: str, **_rest: object) -> str:
    return f"<entry><id>urn:{escape(id)}</id><title>{escape(name)}</title></entry>"
