"""`baton secret`: set, named, removed, and never shown."""

from pathlib import Path

import pytest

from tests.acceptance.commands import Done, baton
from tests.acceptance.site import MEMBERS, Site
from tests.members import a_member
from tests.targets import PASSWORD as TARGET_PASSWORD

CANARY = 'canary-5c1f, "it\'s" $x'


WHERE = ("--project", "shop", "-e", "local")


def secret(site: Site, *words: str, text: str = "") -> Done:
    """The command, with this on its standard input."""
    return baton("secret", *words, home=site.home, settings=site.settings, text=text)


@pytest.mark.stack
async def test_a_secret_is_set_and_named_and_removed(site: Site) -> None:
    """Its name and when it was changed are all that anybody gets to see."""
    done = secret(site, "set", "api_key", *WHERE, text=f"{CANARY}\n")
    assert done.returncode == 0, done.stderr
    listed = secret(site, "list", *WHERE)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["api_key", "password"]
    assert "UTC" in listed.stdout
    assert secret(site, "remove", "api_key", *WHERE).returncode == 0
    again = secret(site, "remove", "api_key", *WHERE)
    assert again.returncode == 3
    assert "one of: password" in again.stderr
    for each in (done, listed, again):
        assert CANARY not in each.stdout + each.stderr


@pytest.mark.stack
async def test_a_worker_uses_what_was_set(site: Site) -> None:
    """The whole way: a wrong password fails, the right one passes."""
    await site.push(members=MEMBERS)
    secret(site, "set", "password", *WHERE, text="wrong")
    with site.worker():
        row = await site.until(await site.request("members"), "completed", "failed")
        assert row["status"] == "failed"
        secret(site, "set", "password", *WHERE, text=TARGET_PASSWORD)
        row = await site.until(await site.request("members"), "completed", "failed")
    assert row["status"] == "completed"


@pytest.mark.stack
async def test_only_administrators_keep_secrets(site: Site) -> None:
    """An editor sees the names; setting and removing are refused, and say so."""
    organization = site.member.organization
    async with a_member(site.stack) as other:
        owner = "insert into organization_members (organization_id, user_id, role) values (%s, %s, 'owner')"
        site.sql(owner, organization, other.session.user_id)
        lower = "update organization_members set role = 'editor' where organization_id = %s and user_id = %s"
        site.sql(lower, organization, site.member.session.user_id)
        done = secret(site, "set", "password", *WHERE, text="x")
        assert done.returncode == 3
        assert "password" in secret(site, "list", *WHERE).stdout
        removed = secret(site, "remove", "password", *WHERE)
        assert removed.returncode == 3
        assert "you may not remove" in removed.stderr


@pytest.mark.stack
async def test_a_wrong_environment_gets_the_list(site: Site) -> None:
    """Whoever types stagign wants to know."""
    done = secret(site, "list", "--project", "shop", "-e", "stagign")
    assert done.returncode == 3
    assert "one of: local" in done.stderr


@pytest.mark.parametrize("name", ["secrets.env", "secrets.yaml"])
@pytest.mark.parametrize("value", ["plain", "a #b", "it's", 'say "x"', " spaces ", "$x `y`"])
def test_a_file_gives_back_what_it_was_given(name: str, value: str, tmp_path: Path) -> None:
    """Whatever the value, a run reads just that; nobody else can read the file."""
    done = baton("secret", "set", "key", "--local", name, home=tmp_path, text=f"{value}\n")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    from worker.cli.values import read_values

    assert read_values(tmp_path / name) == {"key": value}


def test_other_lines_of_a_file_stay(tmp_path: Path) -> None:
    """Comments and other secrets are somebody's work."""
    path = tmp_path / "s.env"
    path.write_text("# mine\na=1\nexport b=2\n", encoding="utf-8")
    baton("secret", "set", "b", "--local", "s.env", home=tmp_path, text="3")
    assert path.read_text() == "# mine\na=1\nb=3\n"
    baton("secret", "remove", "a", "--local", "s.env", home=tmp_path)
    assert path.read_text() == "# mine\nb=3\n"


def test_a_value_that_no_line_can_hold_is_refused(tmp_path: Path) -> None:
    """Not written as something else; YAML can hold it."""
    value = 'it\'s "both" #x'
    done = baton("secret", "set", "key", "--local", "s.env", home=tmp_path, text=value)
    assert done.returncode == 2
    assert ".yaml" in done.stderr
    assert value not in done.stderr
    assert not (tmp_path / "s.env").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "key"], "--project and -e are missing"),
        (["set", "key", "--local", "x", "-e", "local"], "--local is a file"),
        (["set", f"key={CANARY}", "--local", "x"], "no name of a secret"),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    """With what to do instead; a value that was typed as an argument is not repeated."""
    done = baton("secret", *words, home=tmp_path, text="x")
    assert done.returncode == 2
    assert said in done.stderr
    assert CANARY not in done.stderr
