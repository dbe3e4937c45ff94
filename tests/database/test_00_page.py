"""docs/database.md shows the schema as it is."""

from tests.database.conftest import Server
from tests.database.page import PAGE, read_catalog, replace_parts, write_parts
from worker.schema import SOURCE


def test_the_page_shows_the_tables_and_rights_as_they_are(server: Server) -> None:
    """The pictures come from the catalog and the rights from the matrix: `python -m tests.database.page`."""
    with server.connect("furnished") as connection:
        parts = write_parts(read_catalog(connection), sources=SOURCE)
    page = PAGE.read_text("utf-8")
    assert replace_parts(page, parts) == page


def test_every_table_stands_in_a_picture(server: Server) -> None:
    """A file of a new domain needs a picture."""
    with server.connect("furnished") as connection:
        catalog = read_catalog(connection)
    shown = write_parts(catalog, sources=SOURCE)["tables"]
    assert [table for table in catalog.columns if f"| `{table}` |" not in shown] == []
