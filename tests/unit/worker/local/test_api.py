"""What the Data API is told to serve."""

from pathlib import Path

import pytest

from worker.errors import LocalStackError
from worker.local.api import exposed_schemas


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["public"]),
        ('[api]\nschemas = ["public", "graphql_public", "more"]', ["public", "more"]),
        ("[api]\nenabled = true", ["public"]),
    ],
    ids=["nothing said", "several", "no list"],
)
def test_the_projects_configuration_names_the_schemas(tmp_path: Path, text: str, expected: list[str]) -> None:
    """As for a hosted project; GraphQL has no server here."""
    config = tmp_path / "config.toml"
    config.write_text(text)
    assert exposed_schemas(config) == expected


def test_a_configuration_that_cannot_be_read_is_an_error_that_says_where(tmp_path: Path) -> None:
    """A line that is not TOML is shown by its place."""
    config = tmp_path / "config.toml"
    config.write_text("[api\n")
    with pytest.raises(LocalStackError, match="not TOML") as refusal:
        exposed_schemas(config)
    assert refusal.value.where == str(config)
