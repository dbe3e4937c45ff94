"""`baton pull`: a project's suites into files, and never over what nobody has pushed."""

import pytest
import yaml

from tests.acceptance.commands import Done
from tests.acceptance.site import BROKEN, MEMBERS, Site

pytestmark = pytest.mark.stack


async def pull(site: Site, *words: str) -> Done:
    """The command, in the member's folder."""
    return await site.baton("pull", "--project", "shop", *words)


async def test_files_come_back_as_they_were_pushed(site: Site) -> None:
    """Byte for byte, comments included, each where it was; also into a folder that is not there yet."""
    text = f"# A comment.\n{MEMBERS}"
    await site.push(members=text, broken=BROKEN)
    done = await pull(site, "elsewhere")
    assert done.returncode == 0, done.stderr
    assert "elsewhere/members.yaml: new, version 1" in done.stdout
    assert (site.home / "elsewhere" / "members.yaml").read_text() == text
    assert (site.home / "elsewhere" / "broken.yaml").read_text() == BROKEN
    assert "members.yaml: unchanged, version 1" in (await pull(site)).stdout


async def test_an_older_version_is_written_over(site: Site) -> None:
    """Nothing is lost: the project has it."""
    await site.push(broken=BROKEN)
    newer = BROKEN.replace("/status/500", "/status/503")
    await site.push(broken=newer)
    site.write("broken.yaml", BROKEN)
    done = await pull(site)
    assert "broken.yaml: was older, version 2" in done.stdout
    assert (site.home / "broken.yaml").read_text() == newer


async def test_what_nobody_pushed_is_shown_and_kept(site: Site) -> None:
    """All or nothing: neither that file nor another one is written, unless --force says so."""
    await site.push(members=MEMBERS, broken=BROKEN)
    (site.home / "members.yaml").unlink()
    mine = site.write("broken.yaml", BROKEN + "  mine:\n    GET: /echo\n")
    done = await pull(site)
    assert done.returncode == 2
    assert "-  mine:" in done.stderr
    assert "baton push" in done.stderr
    assert "mine" in mine.read_text()
    assert not (site.home / "members.yaml").exists()
    forced = await pull(site, "--force")
    assert forced.returncode == 0
    assert mine.read_text() == BROKEN


async def test_a_dry_run_writes_nothing(site: Site) -> None:
    """It says what would be different."""
    await site.push(members=MEMBERS)
    path = site.write("members.yaml", MEMBERS.replace("/me", "/you"))
    done = await pull(site, "--dry-run")
    assert done.returncode == 0
    assert "-    GET: /you" in done.stdout
    assert "/you" in path.read_text()


async def test_edited_rows_come_as_people_write_files(site: Site) -> None:
    """What was edited in place is YAML where a YAML file was pushed, and pushing it again changes nothing
    of what runs."""
    await site.push(members=MEMBERS)
    database = site.member.database
    update = database.table("test_cases").update({"description": "by hand"}).eq("key", "echo")
    await database.read(update.eq("project_id", site.member.project_id), what="test_cases")
    done = await pull(site)
    assert "members.yaml: was older, version 2, edited in the project" in done.stdout
    text = (site.home / "members.yaml").read_text()
    document = yaml.safe_load(text)
    assert list(document)[:2] == ["suite", "key"]
    assert document["tests"]["echo"]["description"] == "by hand"
    assert list(document["tests"]) == ["login", "me", "echo"]
    assert "unchanged" in (await pull(site)).stdout


async def test_one_suite_can_be_pulled(site: Site) -> None:
    """By its key; a wrong key gets the list."""
    await site.push(members=MEMBERS, broken=BROKEN)
    done = await pull(site, "new", "--suite", "members")
    assert done.returncode == 0
    assert not (site.home / "new" / "broken.yaml").exists()
    wrong = await pull(site, "--suite", "nope")
    assert wrong.returncode == 3
    assert "one of: broken, members" in wrong.stderr


NAMING = """
suite: naming
templates:
  get: { GET: "/echo?{{ params.q }}" }
tests:
  each: { POST: /echo, rows: { csv: data/rows.csv }, json: "{{ row }}" }
  shaped: { GET: /json, expect: { schema: { file: shapes/any.json } } }
"""


async def test_the_files_that_suites_name_come_too(site: Site) -> None:
    """Each where it was, so that what was pulled can be run; those that are hidden are left out."""
    for name, text in (("data/rows.csv", "id\na\nb\n"), ("shapes/any.json", "{}"), (".env.json", "{}")):
        path = site.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    hidden = "  odd: { GET: /json, expect: { schema: { file: .env.json } } }\n"
    await site.push(naming=NAMING + hidden)
    done = await pull(site, "elsewhere")
    assert done.returncode == 0, done.stderr
    assert "elsewhere/data/rows.csv: new, named by naming" in done.stdout
    assert ".env.json: left out, because it is hidden" in done.stderr
    assert not (site.home / "elsewhere" / ".env.json").exists()
    assert (site.home / "elsewhere" / "data" / "rows.csv").read_text() == "id\na\nb\n"
    assert (site.home / "elsewhere" / "shapes" / "any.json").read_text() == "{}"
    again = await pull(site, "elsewhere")
    assert "elsewhere/shapes/any.json: unchanged, named by naming" in again.stdout


async def test_a_file_that_a_suite_names_is_not_written_over_either(site: Site) -> None:
    """Unless the project has it from an earlier push."""
    (site.home / "data").mkdir()
    (site.home / "shapes").mkdir()
    (site.home / "shapes" / "any.json").write_text("{}")
    rows = site.home / "data" / "rows.csv"
    for text in ("id\nold\n", "id\nnew\n"):
        rows.write_text(text)
        await site.push(naming=NAMING)
    rows.write_text("id\nold\n")
    assert "data/rows.csv: was older" in (await pull(site)).stdout
    assert rows.read_text() == "id\nnew\n"
    rows.write_text("id\nmine\n")
    done = await pull(site)
    assert done.returncode == 2
    assert "-mine" in done.stderr
    assert "+new" in done.stderr
    assert rows.read_text() == "id\nmine\n"
    assert (await pull(site, "--force")).returncode == 0
    assert rows.read_text() == "id\nnew\n"
