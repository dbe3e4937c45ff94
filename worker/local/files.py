"""Where the files lie that the stack is made of: its own, and the project's migrations."""

from pathlib import Path

#: A wheel carries the folder `supabase/` here; a checkout has it at its top.
_PACKAGED = Path(__file__).parent / "files" / "supabase"
_CHECKOUT = Path(__file__).parents[2] / "supabase"


def supabase_folder() -> Path:
    """The folder with `config.toml`, `migrations/` and `local/`."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def dashboard_folder() -> Path:
    """The folder with the dashboard's sources."""
    packaged = _PACKAGED.parent / "dashboard"
    return packaged if packaged.is_dir() else _CHECKOUT.parent / "dashboard"


def local_folder() -> Path:
    """What only the local stack needs: bootstrap SQL and Node programs."""
    return supabase_folder() / "local"
