"""Addresses of databases, which hold a password."""

from pathlib import Path

import pytest

from worker.cli.db_address import refuse_two
from worker.errors import LocalStackError, UsageError
from worker.local.remote import schema_status, split_password


def test_the_password_is_taken_out_of_the_address() -> None:
    """What is shown and what is in the list of processes has none."""
    shown, password = split_password("postgresql://me:p%40ss@db.test:5432/postgres?sslmode=require")
    assert shown == "postgresql://me@db.test:5432/postgres?sslmode=require"
    assert password == "p@ss"


@pytest.mark.parametrize("url", ["", "db.test", "mysql://me:hunter2@db.test/x", "postgresql:///x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """Without repeating it: it may hold a password."""
    with pytest.raises(UsageError) as refused:
        split_password(url)
    assert "hunter2" not in f"{refused.value.what} {refused.value.hint}"


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    """Host and port help; the password does not."""
    with pytest.raises(LocalStackError, match="cannot be reached") as refused:
        schema_status("postgresql://me:hunter2@127.0.0.1:1/postgres")
    assert "hunter2" not in f"{refused.value} {refused.value.where} {refused.value.hint}"


def test_an_address_and_a_stack_are_one_too_many() -> None:
    """Which of them was meant is not guessed; either alone is right."""
    with pytest.raises(UsageError) as refused:
        refuse_two("postgresql://me:hunter2@db.test/postgres", Path("data"))
    assert "hunter2" not in str(refused.value)
    assert refused.value.hint
    refuse_two("postgresql://db.test/postgres", None)
    refuse_two(None, Path("data"))
