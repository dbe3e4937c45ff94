"""The matrix against what is promised in words: nobody may more, and who may less is given another way."""

import pytest

from tests.database.matrix import FUNCTIONS, ROLES, VERBS, Right, read_matrix

#: Who may, at least. `own`: only he whose row it is. What workers and triggers write, no person may.
PROMISES = """
users                                             member  nobody  own     nobody
organizations                                     member  anybody admin   owner
organization_members                              member  admin   admin   owner
organization_invitations                          admin   admin   admin   nobody
projects environments environment_variables       member  admin   admin   admin
api_credentials user_preferences                  own     own     own     own
api_endpoints test_data_fixtures                  member  editor  editor  editor
test_suites test_cases test_dependencies          member  editor  editor  editor
test_request_configs test_response_specs          member  editor  editor  editor
test_runs                                         member  editor  editor  nobody
test_results test_result_details                  member  nobody  nobody  nobody
test_execution_context fixture_usage archives     member  nobody  nobody  nobody
workers                                           nobody  nobody  nobody  nobody
project_tokens                                    admin   admin   admin   nobody
performance_metrics test_run_history              member  nobody  nobody  nobody
failure_analysis                                  member  nobody  editor  nobody
failure_groups suite_statistics test_history      member  nobody  nobody  nobody
endpoint_coverage                                 member  nobody  nobody  nobody
report_templates                                  member  editor  editor  editor
schedules notification_channels                   member  admin   admin   admin
saved_searches                                    own     own     own     own
audit_log                                         admin   nobody  nobody  nobody
"""

#: What a project token sees, of its project; and nothing else.
_TOKENS_SEE = {
    "environments",
    "projects",
    "test_cases",
    "test_dependencies",
    "test_execution_context",
    "test_result_details",
    "test_results",
    "test_runs",
    "test_suites",
}

_LEVELS = {"member": 2, "editor": 3, "admin": 4, "owner": 5}

GIVEN = [right for right in read_matrix() if right.outcome == right.verb[0]]

#: Where more than one sentence is said of a table, by table and row.
_MORE = {
    ("users", "own"): {"select": "own"},
    ("saved_searches", "shared"): {"select": "member"},
    # Everybody may leave but the last owner, and nobody raises himself.
    ("organization_members", "own"): {"insert": "nobody", "update": "nobody", "delete": "member"},
}


def _promises() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in PROMISES.strip().splitlines():
        *tables, select, insert, update, delete = line.split()
        found |= {table: dict(zip(VERBS, (select, insert, update, delete), strict=True)) for table in tables}
    return found


def _promised(word: str, *, row: str) -> set[str]:
    people = set(ROLES[1:6])
    match word:
        case "nobody":
            return set()
        case "anybody":
            return people
        case "own":
            return people if row == "own" else set()
        case _:
            return set(ROLES[_LEVELS[word] : 6])


def _word(table: str, row: str, verb: str) -> str:
    return _MORE.get((table, row), {}).get(verb) or _promises()[table][verb]


def test_every_table_of_the_matrix_was_promised_something() -> None:
    """And nothing is promised of a table that is not there."""
    assert set(_promises()) == {right.table for right in read_matrix()}


@pytest.mark.parametrize("right", GIVEN, ids=str)
def test_nobody_may_more_than_was_promised(right: Right) -> None:
    """No right of the matrix goes beyond the words."""
    if right.role == "token":
        assert (right.verb, right.table in _TOKENS_SEE) == ("select", True)
        return
    assert right.role in _promised(_word(right.table, right.row, right.verb), row=right.row)


def test_what_was_promised_is_given() -> None:
    """By a right on the table, or in the way that FUNCTIONS names."""
    missing = [
        str(right)
        for right in read_matrix()
        if right.outcome in "0-"
        and right.role in _promised(_word(right.table, right.row, right.verb), row=right.row) - {"stranger"}
        and right.verb not in FUNCTIONS.get(right.table, {})
    ]
    # He is the last one.
    assert missing == ["organization_members-own-owner-delete"]
