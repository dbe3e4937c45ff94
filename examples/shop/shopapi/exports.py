"""Asking for exports of orders, and looking at them until they are done."""

from shopapi.messages import Answer, Call
from shopapi.parts import Parts


def begin(parts: Parts, _call: Call) -> Answer:
    """Ask for an export."""
    export = parts.exports.begin()
    return Answer(status=202, body=export, headers={"Location": f"/exports/{export['id']}"})


def look(parts: Parts, _call: Call, export_id: str) -> Answer:
    """How far an export is."""
    return Answer(body=parts.exports.look(export_id))


def drop(parts: Parts, _call: Call, export_id: str) -> Answer:
    """Throw an export away."""
    parts.exports.drop(export_id)
    return Answer(status=204)
