"""The page: one file, without a request to anybody, whatever the API has answered."""

import json
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import ClassVar

from worker.models.outcome import TestOutcome, Verdict
from worker.reports.base import FileReport
from worker.reports.html.details import Details
from worker.reports.html.index import Index
from worker.reports.plain import Plain
from worker.reports.record import RunRecord

#: Characters of details that a page may have; after that, tests that passed lose their exchanges.
BUDGET = 24_000_000

_SCRIPTS = (
    "dom.js",
    "files.js",
    "exchange.js",
    "test.js",
    "list.js",
    "graph.js",
    "timeline.js",
    "more.js",
    "page.js",
)
#: The worst first: these keep their exchanges when the page grows too large.
_FIRST = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED, Verdict.SKIPPED, Verdict.PASSED)

#: What would end a script, or what JavaScript would take for the end of a line.
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class HtmlReport(FileReport):
    """Verdict, tests, graph and timeline on one page that works offline.

    Everything that comes from outside is data for the page's script, which writes it as text; the
    page's own policy forbids any request and any other script.
    """

    kind: ClassVar[str] = "html"
    shows_files: ClassVar[bool] = True

    def pieces(self, record: RunRecord) -> Iterator[str]:
        """The whole page, the details of one test a piece."""
        index = Index(record)
        yield _head(index)
        yield _block("index", index.data())
        details = Details(record, numbers=index.numbers, sources=self._sources)
        yield from _details(index, details)
        yield f"<script>{_script()}</script>\n</body>\n</html>\n"


def _details(index: Index, details: Details) -> Iterator[str]:
    left = BUDGET
    for outcome in sorted(index.outcomes, key=_importance):
        name = f"test-{index.numbers[outcome.test]}"
        block = _block(name, details.of(outcome, bodies=left > 0))
        left -= len(block)
        yield block


def _importance(outcome: TestOutcome) -> int:
    return _FIRST.index(outcome.verdict)


def _block(identifier: str, data: Plain) -> str:
    """Data that the script finds by its identifier. It is no script, and cannot end its element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _UNSAFE.items():
        text = text.replace(character, escaped)
    return f'<script type="application/json" id="{identifier}">{text}</script>\n'


def _head(index: Index) -> str:
    policy = (
        f"default-src 'none'; style-src '{_fingerprint(_style())}'; script-src '{_fingerprint(_script())}'; "
        # Pictures that were answered are part of the page; from elsewhere none comes.
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Baton">
<title>{escape(index.title)}</title>
<style>{_style()}</style>
</head>
<body>
<header class="{"well" if index.is_well else "bad"}">
<h1>{escape(index.title)}</h1>
<p>{escape(index.facts)}</p>
</header>
<main id="main"><noscript><p>The tests are listed by a script of this page, which your browser does not
run. Everything else is in this file, too.</p></noscript></main>
"""


def _fingerprint(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _style() -> str:
    return _read("page.css")


@cache
def _script() -> str:
    inner = "\n".join(map(_read, _SCRIPTS))
    return f'(() => {{\n"use strict";\n{inner}\n}})();\n'


def _read(name: str) -> str:
    return files(__package__ or "worker.reports.html").joinpath("page", name).read_text(encoding="utf-8")
