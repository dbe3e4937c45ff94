"""Wherever a file may hold a template, it reaches no Python and takes neither time nor memory."""

import json as json_text
import time
import tracemalloc

import pytest

from tests.flows import a_play, json
from worker.errors import SuiteError
from worker.models.outcome import Verdict

#: Memory that a template may take while it is refused. A text may have eight million characters.
MOST_BYTES = 200 * 1024 * 1024
#: Seconds of the processor.
MOST_SECONDS = 5

_NOT_WELL = (Verdict.BROKEN, Verdict.FAILED)

ANSWER = json('{"text": "some", "items": [1, 2, 3], "number": 5}')

#: A test for each place; `TEMPLATE` stands for the template in quotation marks.
PLACES = {
    "when": "t: { GET: /t, when: TEMPLATE }",
    "when of a step": "t: { steps: [{ GET: /t, when: TEMPLATE }] }",
    "until": "t: { GET: /t, repeat: { until: TEMPLATE, every: 1s, times: 2 } }",
    "retries": "t: { GET: /t, expect: { status: 500 }, retries: { count: 1, when: TEMPLATE } }",
    "check": "t: { GET: /t, expect: { check: TEMPLATE } }",
    "expectation": "t: { GET: /t, expect: { json: { text: TEMPLATE } } }",
    "filter": "t: { GET: /t, capture: { x: { jsonpath: $.text, filter: FILTER } } }",
    "row": "t: { GET: '/t?x={{ row.x }}', rows: [{ id: a, x: TEMPLATE }] }",
    "row's name": "t: { GET: /t, rows: [{ id: TEMPLATE, x: 1 }] }",
    "lock": "t: { GET: /t, locks: [TEMPLATE] }",
    "path": "t: { GET: TEMPLATE }",
    "header": "t: { GET: /t, headers: { X-A: TEMPLATE } }",
    "body": "t: { POST: /t, json: { a: [TEMPLATE] } }",
    "credentials": "t: { GET: /t, auth: { bearer: TEMPLATE } }",
    "undo": "t: { GET: /t, cleanup: { DELETE: TEMPLATE } }",
}

ESCAPES = (
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ '%s' | format(now) }}",
    "{{ [1] | map(attribute='__class__') | list }}",
    "{{ now.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{% import 'os' as os %}{{ os }}",
)

BOMBS = (
    "{{ 'a' * 10**9 }}",
    "{{ 9 ** 999 ** 2 }}",
    "{{ range(10 ** 9) | list }}",
    "{{ range(10000) | join('x' * 10000) }}",
    "{% set a = 'xxxxxxxx' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
    "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "{{ '" + "9" * 19_000 + "' | int ** 99 }}",
)


async def _refusal(place: str, template: str) -> str:
    """What is said of the file, or of the test that did not go well; of an undo, of the undo."""
    bare = template.removeprefix("{{").removesuffix("}}").strip()
    text = PLACES[place].replace("TEMPLATE", json_text.dumps(template))
    text = text.replace("FILTER", json_text.dumps(f"replace('some', ({bare}) ~ '')"))
    try:
        play = await a_play(text, {"t": ANSWER}).run()
    except SuiteError as error:
        return "\n".join(f"{each.what} {each.hint}" for each in error.problems)
    if place == "undo":
        [undo] = play.end.cleanups
        assert undo.verdict in _NOT_WELL
        return repr(undo)
    [outcome] = play.finished
    assert outcome.verdict in _NOT_WELL
    return repr(outcome)


@pytest.mark.parametrize("template", ESCAPES)
@pytest.mark.parametrize("place", PLACES)
async def test_no_place_leads_to_python(place: str, template: str) -> None:
    """The file is refused, or the test is not well; nothing of Python is said."""
    said = await _refusal(place, template)
    assert "object at 0x" not in said
    assert "<class '" not in said
    assert "site-packages" not in said


@pytest.mark.parametrize("template", BOMBS, ids=lambda template: template[:40])
@pytest.mark.parametrize("place", PLACES)
async def test_no_place_takes_time_or_memory(place: str, template: str) -> None:
    """The limit is met quickly, and what is said of it can be read."""
    began = time.process_time()
    tracemalloc.start()
    try:
        await _refusal(place, template)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
    assert time.process_time() - began < MOST_SECONDS
