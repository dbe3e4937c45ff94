"""Who may do what to which table: the rights of SPEC.md as one table that people read and tests try.

A cell says what becomes of select, insert, update, delete, in this order:

    s i u d  it is done: a row of the organization is seen, made, changed, deleted
    0        nothing is found: the caller may ask, but for him there is no such row
    -        it is refused

The column `row` says which row is meant: one of the organization (`any`); one that belongs to whoever asks
(`own`); one that belongs to a colleague (`other`), or that he shares (`shared`). A stranger is signed in, and
no member of the organization. An owner cannot leave while he is the last one. A token has every scope, and is
of the project whose rows are meant.
Workers have no right on any table: what they write, they write through the functions named in FUNCTIONS.
"""

from dataclasses import dataclass

ROLES = ("anonymous", "stranger", "viewer", "editor", "admin", "owner", "token", "worker")
VERBS = ("select", "insert", "update", "delete")

_TABLE = """
table                   row    anonymous  stranger  viewer  editor  admin  owner  token  worker
users                   own    ----       s-u-      s-u-    s-u-    s-u-   s-u-  ----   ----
users                   other  ----       0-0-      s-0-    s-0-    s-0-   s-0-  ----   ----
organizations           any    ----       0-00      s-00    s-00    s-u0   s-ud  ----   ----
organization_members    own    ----       0-00      s-0d    s-0d    s-0d   s-0-  ----   ----
organization_members    other  ----       0-00      s-00    s-00    s-u0   s-ud  ----   ----
organization_invitations any   ----       0---      0---    0---    s---   s---  ----   ----
projects                any    ----       0-0-      s-0-    s-0-    siu-   siu-  s---   ----
environments            any    ----       0-0-      s-0-    s-0-    siu-   siu-  s---   ----
environment_variables   any    ----       0--0      s--0    s--0    s--d   s--d  ----   ----
api_credentials         own    ----       0-00      siud    siud    siud   siud  ----   ----
api_credentials         other  ----       0-00      0-00    0-00    0-00   0-00  ----   ----
api_endpoints           any    ----       0-0-      s-0-    siu-    siu-   siu-  ----   ----
endpoint_coverage       any    ----       0---      s---    s---    s---   s---  ----   ----
test_suites             any    ----       0-0-      s-0-    siu-    siu-   siu-  s---   ----
test_cases              any    ----       0-0-      s-0-    siu-    siu-   siu-  s---   ----
test_request_configs    any    ----       0-0-      s-0-    siu-    siu-   siu-  ----   ----
test_response_specs     any    ----       0-0-      s-0-    siu-    siu-   siu-  ----   ----
test_dependencies       any    ----       0-00      s-00    siud    siud   siud  s---   ----
test_data_fixtures      any    ----       0-0-      s-0-    siu-    siu-   siu-  ----   ----
fixture_usage           any    ----       0---      s---    s---    s---   s---  ----   ----
test_runs               any    ----       0---      s---    s---    s---   s---  s---   ----
test_execution_context  any    ----       0---      s---    s---    s---   s---  s---   ----
test_results            any    ----       0---      s---    s---    s---   s---  s---   ----
test_result_details     any    ----       0---      s---    s---    s---   s---  s---   ----
performance_metrics     any    ----       0---      s---    s---    s---   s---  ----   ----
test_run_history        any    ----       0---      s---    s---    s---   s---  ----   ----
failure_analysis        any    ----       0-0-      s-0-    s-u-    s-u-   s-u-  ----   ----
failure_groups          any    ----       0---      s---    s---    s---   s---  ----   ----
suite_statistics        any    ----       0---      s---    s---    s---   s---  ----   ----
test_history            any    ----       0---      s---    s---    s---   s---  ----   ----
report_templates        any    ----       0-00      s-00    siud    siud   siud  ----   ----
user_preferences        own    ----       siud      siud    siud    siud   siud  ----   ----
user_preferences        other  ----       0-00      0-00    0-00    0-00   0-00  ----   ----
saved_searches          own    ----       0-00      siud    siud    siud   siud  ----   ----
saved_searches          other  ----       0-00      0-00    0-00    0-00   0-00  ----   ----
saved_searches          shared ----       0-00      s-00    s-00    s-00   s-00  ----   ----
schedules               any    ----       0-00      s-00    s-00    siud   siud  ----   ----
notification_channels   any    ----       0-00      s-00    s-00    siud   siud  ----   ----
archives                any    ----       0---      s---    s---    s---   s---  ----   ----
workers                 any    ----       ----      ----    ----    ----   ----  ----   ----
project_tokens          any    ----       0-0-      0-0-    0-0-    s-u-   s-u-  ----   ----
audit_log               any    ----       0---      0---    0---    s---   s---  ----   ----
"""

#: What is written in another way than by that verb, and by whom.
FUNCTIONS = {
    "organizations": {"insert": "any signed-in user (through `create_organization`)"},
    "organization_members": {"insert": "whoever was invited and says yes (through `answer_invitation`)"},
    "organization_invitations": {
        "insert": "admin (through `invite_member`, which shows the link once)",
        "update": "admin (through `revoke_invitation`), and who is invited (through `answer_invitation`)",
    },
    "environment_variables": {
        "insert": "admin (through `set_environment_variable`)",
        "update": "admin (through `set_environment_variable`)",
    },
    "project_tokens": {"insert": "admin (through `create_project_token`, which shows it once)"},
    "test_suites": {"delete": "editor (sets `deleted_at`)"},
    "test_cases": {"delete": "editor (sets `deleted_at`)"},
    "test_request_configs": {"delete": "editor (with the test)"},
    "test_response_specs": {"delete": "editor (with the test)"},
    "projects": {"delete": "admin (sets `deleted_at`)"},
    "environments": {"delete": "admin (sets `deleted_at`)"},
    "api_endpoints": {"delete": "editor (sets `deleted_at`)"},
    "test_data_fixtures": {"delete": "editor (sets `deleted_at`)"},
    "test_runs": {"insert": "editor (through `request_runs`)", "update": "editor (through `cancel_run`)"},
}


@dataclass(frozen=True, slots=True)
class Right:
    """One cell: what becomes of it when `role` tries `verb` on such a row of `table`."""

    table: str
    row: str
    role: str
    verb: str
    #: The verb's first letter, `0` or `-`.
    outcome: str

    def __str__(self) -> str:
        return f"{self.table}-{self.row}-{self.role}-{self.verb}"


def read_matrix() -> tuple[Right, ...]:
    """All cells."""
    head, *lines = (line.split() for line in _TABLE.strip().splitlines())
    assert tuple(head[2:]) == ROLES
    return tuple(
        Right(table, row, role, verb, outcome)
        for table, row, *cells in lines
        for role, cell in zip(ROLES, cells, strict=True)
        for verb, outcome in zip(VERBS, cell, strict=True)
    )
