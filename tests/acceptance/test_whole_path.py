"""The whole path on real parts: pushed, requested, executed, recorded, followed, and kept to oneself."""

import asyncio
import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree

import pytest

from tests.acceptance.whole_path.story import NEEDS, VERDICTS, Story, play
from worker.local.scratch import throw_away_folder

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """The run, played once; each test looks at something else of it."""
    with throw_away_folder() as folder:
        yield asyncio.run(play(folder.path))


def test_every_test_has_the_verdict_that_it_must_have(story: Story) -> None:
    """Passed, failed, broken, blocked, skipped: one row a test, none missing, none twice."""
    assert story.verdicts == VERDICTS
    assert len(story.rows("test_results")) == len(VERDICTS)


def test_counters_rows_messages_and_what_was_printed_are_one_story(story: Story) -> None:
    """Five places tell the same numbers."""
    expected = dict(Counter(VERDICTS.values()))
    counters = {name: story.run[name] for name in expected}
    assert counters == expected
    assert (story.run["total"], story.run["completed"], story.run["pending"]) == (15, 15, 0)
    assert (story.run["status"], story.run["reason"]) == ("failed", "tests")
    last = story.messages[-1]
    assert (last["event"], last["payload"]["status"]) == ("run_completed", "failed")
    assert {name: last["payload"]["counters"][name] for name in expected} == expected
    stats = [update.stats for update in story.updates if update.stats][-1]
    assert {name: getattr(stats.counters, name) for name in expected} == expected
    printed = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", story.last_line)}
    assert {name: printed[name] for name in expected} == expected


def test_the_command_exits_with_the_verdict_and_names_root_causes(story: Story) -> None:
    """1, and what a failure blocked is one line, not two more failures."""
    assert story.trigger.returncode == 1, story.trigger.stderr
    assert "2 tests blocked by wrong: after-wrong, long-after-wrong" in story.trigger.stdout
    assert re.search(r"2 blocked by wrong,", story.last_line)
    by_key = {row["key"]: row["id"] for row in story.member_reads["test_cases"]}
    blame = {row["test_case_id"]: row["blocked_by_test_id"] for row in story.rows("test_results")}
    assert blame[by_key["after-wrong"]] == blame[by_key["long-after-wrong"]] == by_key["wrong"]


def test_each_test_is_told_with_its_reason(story: Story) -> None:
    """One that was left out by choice, too: by its name."""
    lines = [line.split() for line in story.trigger.stdout.splitlines()]
    told = {words[1] for words in lines if len(words) > 1}
    assert {key for key, verdict in VERDICTS.items() if verdict != "blocked"} <= told
    assert any(words[1:] == ["left-out", "not", "today"] for words in lines)


def test_reports_hold_every_test(story: Story) -> None:
    """From what was recorded: a failure, errors and skips where they belong, nothing green that was not."""
    cases = {case.get("name"): case for case in ElementTree.fromstring(story.junit).iter("testcase")}
    kinds = {"passed": [], "failed": ["failure"], "broken": ["error"]}
    for key, verdict in VERDICTS.items():
        tags = [child.tag for child in cases[key] if child.tag not in ("system-out", "properties")]
        assert tags == kinds.get(verdict, ["skipped"]), key
    assert {each["test"]: each["verdict"] for each in story.report["tests"]} == {
        f"relay/{key}": verdict for key, verdict in VERDICTS.items()
    }


def test_both_clients_saw_every_result_in_order(story: Story) -> None:
    """supabase-js heard each test end, in messages with rising numbers; Python was told each once."""
    numbers = [message["payload"]["sequence"] for message in story.messages]
    assert numbers == sorted(set(numbers))
    heard = [
        (event["test"], event["verdict"])
        for message in story.messages
        for event in message["payload"].get("events", [])
        if event["type"] in ("test_completed", "test_failed")
    ]
    told = [(update.result["test"], update.result["verdict"]) for update in story.updates if update.result]
    everything = {(f"relay/{key}", verdict) for key, verdict in VERDICTS.items()}
    assert len(heard) == len(told) == len(VERDICTS)
    assert set(heard) == set(told) == everything


def test_the_run_was_followed_while_it_went_on(story: Story) -> None:
    """Not one message at the end: something is known before the slow test is over, which waits for that."""
    first = next(index for index, message in enumerate(story.messages) if message["payload"].get("events"))
    counters = story.messages[first]["payload"]["counters"]
    assert counters["completed"] < 15
    assert len(story.messages) >= 3


def test_members_may_join_and_strangers_may_not(story: Story) -> None:
    """The same answer from both clients."""
    assert story.joins["member, supabase-js"] == ("SUBSCRIBED", None)
    assert story.joins["member, Python"] == ("SUBSCRIBED", None)
    for client in ("supabase-js", "Python"):
        status, error = story.joins[f"stranger, {client}"]
        assert status == "CHANNEL_ERROR"
        assert "permissions" in str(error)


def test_a_stranger_reads_nothing(story: Story) -> None:
    """No table has a row for him but his own profile; nobody at all is not even let in."""
    seen = {table: rows for table, rows in story.stranger_reads.items() if rows}
    assert list(seen) == ["users"]
    assert len(seen["users"]) == 1
    member = {table for table, rows in story.member_reads.items() if rows}
    assert {
        *("organizations", "projects", "environments", "environment_variables", "test_suites", "test_cases"),
        *("test_dependencies", "test_request_configs", "test_response_specs"),
        *("test_runs", "test_results", "test_result_details", "test_execution_context"),
    } <= member
    assert {status for status in story.nobody_reads.values()} == {401}


def test_the_context_is_kept_with_names_of_tokens_only(story: Story) -> None:
    """Version, order, captured values and where they come from; a token is a name and three stars."""
    [context] = story.rows("test_execution_context")
    assert context["shared_auth_tokens"] == {"access": "***"}
    assert context["captured_data"]["relay/login"] == {"access": "***", "user_id": 7}
    assert "***" in context["captured_data"]["relay/in-body"]["echoed"]
    assert context["shared_variables"] == {"given": "***"}
    assert context["version"] > 1
    finished = {key for key, verdict in VERDICTS.items() if verdict in ("passed", "failed", "broken")}
    order = [name.removeprefix("relay/") for name in context["test_order"]]
    assert finished == set(order)
    assert len(order) == len(finished)
    for earlier, later in NEEDS:
        assert order.index(earlier) < order.index(later)


def spellings(secret: str) -> set[str]:
    """Ways in which a secret could turn up: each must be found nowhere."""
    content = secret.encode()
    inner = {
        # Within longer base64, at each of its three alignments; the ends depend on the neighbours.
        base64.b64encode(b"x" * offset + content).decode().rstrip("=")[(0, 2, 3)[offset] : -2]
        for offset in range(3)
    }
    plain = {
        *(secret, quote(secret), quote(secret, safe=""), quote_plus(secret)),
        *(json.dumps(secret)[1:-1], content.hex()),
        *(base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()),
    }
    return plain | inner | {quote(encoded, safe="") for encoded in plain | inner}


def test_no_secret_is_to_be_read_anywhere(story: Story) -> None:
    """Password, captured token, environment's secret, in any spelling: in no row, message, log or report."""
    places = {
        **{f"table {name}": json.dumps(rows) for name, rows in story.member_reads.items()},
        **{f"table {name}, as it is": str(rows) for name, rows in story.member_reads.items()},
        "messages": json.dumps(story.messages, ensure_ascii=False) + json.dumps(story.messages),
        "updates": repr(story.updates),
        "trigger": story.trigger.stdout + story.trigger.stderr,
        "worker": story.worker.stdout + story.worker.stderr,
        "junit": story.junit,
        "report": json.dumps(story.report) + json.dumps(story.report, ensure_ascii=False),
    }
    found = [
        (secret, spelled, place)
        for secret, value in story.secrets.items()
        for spelled in spellings(value)
        for place, text in places.items()
        if spelled in text
    ]
    assert found == []
    # The search would find them: what was sent with them is there, with stars.
    assert "X-Signed" in places["table test_result_details"]
    assert places["table test_result_details"].count("***") > 10


def test_the_worker_says_what_it_did(story: Story) -> None:
    """One line for the run, and a clean end."""
    assert story.worker.returncode == 0
    assert story.run_id in story.worker.stderr
