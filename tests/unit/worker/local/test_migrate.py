"""What is said when a migration fails."""

from pathlib import Path

from worker.local.migrate import push_failure

OUTPUT = """Target: custom Postgres (127.0.0.1:37481)
Confirmed by --yes: Apply 2 migrations on custom Postgres (127.0.0.1:37481)
Applying migration 20260101000000_good.sql...
Applying migration 20260102000000_bad.sql...
ERROR: relation "public.x" does not exist (SQLSTATE 42P01)
At statement: 3
alter table public.x add column y int
Try rerunning the command with --debug to troubleshoot the error.
"""


def test_a_failed_migration_is_named_with_the_databases_words() -> None:
    """The file that failed, the error, the statement; nothing of what the tool says around it."""
    failure = push_failure(OUTPUT, source=Path("/project/supabase"), again="baton up")
    assert failure.where == "/project/supabase/migrations/20260102000000_bad.sql"
    assert failure.what == (
        'A migration failed: ERROR: relation "public.x" does not exist (SQLSTATE 42P01)\n'
        "At statement: 3\n"
        "alter table public.x add column y int"
    )


def test_a_tool_that_fails_before_the_first_migration_is_quoted() -> None:
    """Whatever it said is better than nothing."""
    failure = push_failure("cannot read config.toml\n", source=Path("/project/supabase"), again="baton up")
    assert "cannot read config.toml" in failure.what
