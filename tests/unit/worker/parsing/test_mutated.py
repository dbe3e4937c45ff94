"""Real suites with a few things wrong in them: each is read or explained, and quickly."""

import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.architecture.project import ROOT
from worker.errors import SuiteError
from worker.graph import find_problems, make_plan
from worker.parsing import format_problems, parse_suite

SOURCES = sorted(
    [
        *ROOT.glob("tests/golden/problems/*/*.yaml"),
        *ROOT.glob("examples/**/*.yaml"),
        ROOT / "tests" / "acceptance" / "canaries.yaml",
    ]
)

#: Files that are wrong as YAML, or that hold themselves.
_NO_YAML = ("cannot-read", "layout", "not-yaml", "wrong-type")

#: Those that are YAML, and that write each value once.
READABLE = [path for path in SOURCES if path.parent.name not in _NO_YAML]

#: What is put where it was not: signs of YAML and of templates, numbers that are too large, no text.
STRAY = [
    *[
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "!x ",
        "<<: ",
        "? ",
        "| ",
        "> ",
    ],
    *[
        "{{ ",
        " }}",
        "{% ",
        "{{ row.x }}",
        "{{ params.y | int }}",
        "\x00",
        "\ud800",
        "\u2028",
        "\ufeff",
        "é",
        "\t",
    ],
    *["\n", "\n  ", "9" * 400, "1e999", ".nan", "-1", "10s", "2999-99-99", "null", "~", "''", '"', "# "],
]

#: Words of steps, flow and expectations, put as keys and as values.
WORDS = [
    "steps",
    "hooks",
    "before_all",
    "before_each",
    "after_each",
    "rows",
    "use",
    "with",
    "templates",
    "params",
    "repeat",
    "until",
    "every",
    "within",
    "at_most",
    "when",
    "retries",
    "delay",
    "backoff",
    "on",
    "locks",
    "exclusive",
    "quarantine",
    "owner",
    "cleanup",
    "bail",
    "requires",
    "skip",
    "only",
    "fixtures",
    "csv",
    "json",
    "file",
    "form",
    "multipart",
    "text",
    "xml",
    "graphql",
    "query",
    "variables",
    "oauth2",
    "digest",
    "aws",
    "api_key",
    "check",
    "schema",
    "openapi",
    "snapshot",
    "mask",
    "python",
    "capture",
    "tokens",
    "data",
    "jmespath",
    "xpath",
    "regex",
    "group",
    "filter",
    "default",
    "optional",
]

#: How long a mutated suite of a few pages may take, in seconds of this process.
PATIENCE_SECONDS = 5.0


def mutated(text: str, chance: Random) -> str:
    """The text with a few small things wrong."""
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(text) + 1), chance.choice((0, 0, 1, 3, 20))
        stray = chance.choice((chance.choice(STRAY), f"{chance.choice(WORDS)}: ", chance.choice(WORDS), ""))
        text = text[:at] + stray + text[at + length :]
    return text


def rearranged(document: Any, chance: Random) -> Any:
    """The document with values in places where others belong."""
    parts: list[Any] = []
    _collect(document, parts)
    for _ in range(chance.randint(1, 4)):
        holder = chance.choice([part for part in parts if part and isinstance(part, dict | list)] or [[None]])
        key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
        holder[key] = chance.choice(parts)
        if isinstance(holder, dict) and chance.random() < 0.3:
            holder[chance.choice(WORDS)] = chance.choice(parts)
    return document


def _collect(value: Any, parts: list[Any]) -> None:
    parts.append(value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _collect(inner, parts)


def read_or_explain(text: str) -> None:
    """Read, check and order the text; whatever is wrong with it can be printed."""
    began = time.process_time()
    try:
        suite = parse_suite(text, path="x.yaml")
    except SuiteError as error:
        problems = error.problems
    else:
        problems = find_problems([suite], known_names=())
        if not problems:
            make_plan([suite])
    format_problems(problems, colour=False)
    assert time.process_time() - began < PATIENCE_SECONDS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_suite_with_things_wrong_is_read_or_explained(path: Path) -> None:
    """Letters, signs and words that are where they should not be."""
    text, chance = path.read_bytes().decode(errors="replace"), Random(path.name)
    for _ in range(25):
        read_or_explain(mutated(text, chance))


@pytest.mark.parametrize("path", READABLE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_suite_with_values_in_wrong_places_is_read_or_explained(path: Path) -> None:
    """Any part of a suite may stand in the place of any other, also in more than one place (an anchor),
    and in itself."""
    text, chance = path.read_bytes().decode(errors="replace"), Random(path.name)
    for _ in range(12):
        # The parser's own reader: PyYAML's other one refuses a few files that it takes.
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        read_or_explain(yaml.safe_dump(rearranged(document, chance), allow_unicode=True, sort_keys=False))


def test_doubling_anchors_are_explained_at_once() -> None:
    """A few lines of anchors mean more values than any memory holds."""
    lines = ["suite: s", "variables:", "  a0: &a0 [x, x]"]
    lines += [f"  a{number}: &a{number} [*a{number - 1}, *a{number - 1}]" for number in range(1, 60)]
    read_or_explain("\n".join([*lines, "tests: { t: { GET: /, json: *a59 } }", ""]))


@pytest.mark.parametrize(
    "word", ["steps", "rows", "hooks", "cleanup", "check", "json", "fixtures", "templates"]
)
def test_what_is_nested_deeply_or_very_long_is_read_or_explained(word: str) -> None:
    """Depth and length of every list there is."""
    for value in (
        "[" * 3_000 + "]" * 3_000,
        "{a: " * 900 + "1" + "}" * 900,
        f"[{'{a: 1}, ' * 1_000}]",
        "x" * 10**6,
    ):
        read_or_explain(f"suite: s\n{word}: {value}\ntests:\n  t:\n    GET: /\n    {word}: {value}\n")
