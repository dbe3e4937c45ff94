"""A template and the test that uses it, as one."""

from worker.parsing.document_body import BODY_KEYS
from worker.parsing.document_request import TARGETS
from worker.parsing.place import Place

#: Mappings that are put together key by key; of everything else the test's own goes.
_TOGETHER = ("headers", "query", "cookies", "expect", "capture")

#: Keys of which there can be one: saying one takes the template's other one away.
_ALTERNATIVES = ((*TARGETS, "steps"), tuple(BODY_KEYS))


def merge(template: Place, own: Place) -> Place:
    """What the template says where the test says nothing itself."""
    said = own.keyed()
    replaced = {
        key
        for group in _ALTERNATIVES
        if any(key in said for key in group)
        for key in group
        if key not in said
    }
    parts = {key: part for key, part in template.keyed().items() if key not in replaced}
    for key, part in said.items():
        parts[key] = _together(parts[key], part, key) if key in parts else part
    return own.with_children(parts)


def _together(template: Place, own: Place, key: str) -> Place:
    both = isinstance(template.children, dict) and isinstance(own.children, dict)
    if key not in _TOGETHER or not both:
        return own
    return own.with_children({**template.keyed(), **own.keyed()})
