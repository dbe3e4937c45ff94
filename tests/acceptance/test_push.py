"""`baton push` as a command, into a real project."""

import pytest

from tests.acceptance.site import BROKEN, MEMBERS, Site

pytestmark = pytest.mark.stack


async def tests_of(site: Site) -> list[str]:
    """The tests that the project has, as <suite>/<test>."""
    rows = await site.member.database.read(
        site.member.database.table("test_cases")
        .select("key,test_suites(key)")
        .eq("project_id", site.member.project_id)
        .is_("deleted_at", "null"),
        what="test_cases",
    )
    return sorted(f"{row['test_suites']['key']}/{row['key']}" for row in rows)


async def test_files_become_suites_tests_and_edges(site: Site) -> None:
    """What the files say stands in the tables, inferred edges with their reasons included."""
    done = await site.push_by_command(members=MEMBERS, broken=BROKEN)
    assert "members: version 1" in done.stdout
    assert "2 of 2 suites changed" in done.stdout
    assert await tests_of(site) == [
        "broken/after",
        "broken/wrong",
        "members/echo",
        "members/login",
        "members/me",
    ]
    edges = site.sql(
        "select dependent.key, required.key, edge.dependency_type::text, cardinality(edge.reasons) > 0"
        " from test_dependencies as edge"
        " join test_cases as dependent on dependent.id = edge.dependent_test_id"
        " join test_cases as required on required.id = edge.required_test_id"
        " where edge.project_id = %s order by 1",
        site.member.project_id,
    )
    assert edges == [
        ("after", "wrong", "data", True),
        ("echo", "login", "data", True),
        ("me", "login", "token", True),
    ]


async def test_the_same_files_again_change_nothing(site: Site) -> None:
    """A version is its content."""
    await site.push_by_command(members=MEMBERS)
    done = await site.push_by_command(members=MEMBERS)
    assert "members: unchanged, version 1" in done.stdout
    assert "0 of 1 suites changed" in done.stdout


async def test_a_changed_file_is_a_new_version_and_loses_what_is_gone(site: Site) -> None:
    """A test that is no longer in the file is no longer in the project."""
    await site.push_by_command(broken=BROKEN)
    done = await site.push_by_command(broken="suite: broken\ntests:\n  wrong:\n    GET: /status/500\n")
    assert "broken: version 2" in done.stdout
    assert await tests_of(site) == ["broken/wrong"]


async def test_prune_removes_what_is_not_among_the_files(site: Site) -> None:
    """Without it, other suites of the project are left alone."""
    await site.push_by_command(members=MEMBERS, broken=BROKEN)
    await site.push_by_command(members=MEMBERS)
    assert "broken/wrong" in await tests_of(site)
    done = await site.baton("push", "members.yaml", "--project", "shop", "--prune")
    assert "broken: removed" in done.stdout
    assert "broken/wrong" not in await tests_of(site)


async def test_a_dry_run_says_what_it_would_do_and_sends_nothing(site: Site) -> None:
    """It needs no session either."""
    path = site.write("members.yaml", MEMBERS)
    done = await site.baton("push", path, "--project", "shop", "--dry-run", "--profile", "nobody")
    assert done.returncode == 0
    assert "would push members: 3 tests of members.yaml" in done.stdout
    assert await tests_of(site) == []


async def test_a_path_is_the_same_on_every_machine(site: Site) -> None:
    """Relative to the folder one is in; another checkout makes no new version."""
    await site.push_by_command(members=MEMBERS)
    rows = site.sql("select path from test_suites where project_id = %s", site.member.project_id)
    assert rows == [("members.yaml",)]


async def test_files_with_mistakes_are_not_pushed(site: Site) -> None:
    """Exit 2, with every mistake of every file; nothing was sent."""
    site.write("members.yaml", MEMBERS)
    site.write("bad.yaml", "suite: bad\ntests:\n  a:\n    GOT: /x\n  b:\n    GET: /y\n    needs: [nobody]\n")
    done = await site.baton("push", "members.yaml", "bad.yaml", "--project", "shop")
    assert done.returncode == 2
    assert "bad.yaml:4:" in done.stderr
    assert "nobody" in done.stderr
    assert await tests_of(site) == []


async def test_a_cycle_is_refused_with_its_path(site: Site) -> None:
    """Before anything is sent."""
    site.write(
        "round.yaml",
        "suite: round\ntests:\n  a:\n    GET: /a\n    needs: [b]\n  b:\n    GET: /b\n    needs: [a]\n",
    )
    done = await site.baton("push", "round.yaml", "--project", "shop")
    assert done.returncode == 2
    assert "round.yaml" in done.stderr


async def test_a_project_that_is_not_there_is_said_with_those_that_are(site: Site) -> None:
    """Exit 3, and a hint with what one can see."""
    site.write("members.yaml", MEMBERS)
    done = await site.baton("push", "members.yaml", "--project", "chop")
    assert done.returncode == 3
    assert "there is no project 'chop'" in done.stderr
    assert "/shop" in done.stderr


async def test_nobody_pushes_without_a_session(site: Site) -> None:
    """Exit 3, and how to get one."""
    site.write("members.yaml", MEMBERS)
    await site.baton("logout")
    done = await site.baton("push", "members.yaml", "--project", "shop")
    assert done.returncode == 3
    assert "baton login" in done.stderr


async def test_signing_in_keeps_a_session_for_its_owner_only(site: Site) -> None:
    """Mode 0600 in a folder of mode 0700; the next command uses it, signing out removes it."""
    session = site.home / ".config" / "baton" / "session.json"
    session.unlink()
    done = await site.log_in()
    assert done.returncode == 0, done.stderr
    assert f"Signed in as {site.member.session.email}" in done.stdout
    assert session.stat().st_mode & 0o777 == 0o600
    assert session.parent.stat().st_mode & 0o777 == 0o700
    assert (await site.baton("whoami")).returncode == 0
    assert (await site.baton("logout")).returncode == 0
    assert site.member.session.email not in session.read_text()


async def test_a_wrong_password_is_said_and_not_shown(site: Site) -> None:
    """Exit 3; what was kept before stays."""
    done = await site.log_in("canary-wrong-password")
    assert done.returncode == 3
    assert "canary-wrong-password" not in done.stdout + done.stderr
    assert (await site.baton("whoami")).returncode == 0


async def test_who_is_signed_in_is_told_with_his_organizations(site: Site) -> None:
    """E-mail address, project, role."""
    done = await site.baton("whoami")
    assert site.member.session.email in done.stdout
    assert "owner of org-" in done.stdout


async def test_an_environment_that_the_project_does_not_have_is_told(site: Site) -> None:
    """A test that may only run there would be skipped everywhere; it is pushed all the same."""
    text = "suite: odd\ntests:\n  pay: { GET: /x, requires: { environment: [elsewhere] } }\n"
    done = await site.push_by_command(odd=text, members=MEMBERS)
    assert done.returncode == 0
    assert "odd.yaml:3:3) may run in 'elsewhere', which is no environment that is known" in done.stdout
    site.sql("update environments set name = 'elsewhere' where project_id = %s", site.member.project_id)
    assert "elsewhere" not in (await site.push_by_command(odd=text)).stdout


async def test_fixtures_of_no_suite_are_told_by_the_doctor(site: Site) -> None:
    """No run begins with them, whatever they look like."""
    whole = await site.baton("doctor")
    site.sql(
        "insert into test_data_fixtures (organization_id, project_id, key, name, content)"
        " select organization_id, id, 'left', 'Left', '1' from projects where id = %s",
        site.member.project_id,
    )
    odd = await site.baton("doctor")
    assert "of no suite" not in whole.stdout
    assert "of no suite, so no run begins with them: shop/left" in odd.stdout
