"""Which tests stay together when several processes share the work (`pytest -n 2`), and which begin.

Tests of one file always stay together: they share what was made once for them. Each process starts a local
Supabase of its own, so that what tests of two files do to it does not meet.
"""

from xdist.scheduler import LoadScopeScheduling

#: Folders whose tests share something that takes long to make, or count what all of them did.
TOGETHER = ("tests/acceptance/local/", "tests/database/")

#: What takes longest in one piece; it begins, so that at the end nobody waits for it alone.
FIRST = ("tests/database/", "tests/browser/", "tests/acceptance/")


class Lanes(LoadScopeScheduling):
    """Hands out groups of tests, the longest first, to whoever has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The folder or the file whose tests stay together with this one."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def place_of(nodeid: str) -> int:
    """How early this test begins: those of a low place before all others."""
    return next((place for place, folder in enumerate(FIRST) if nodeid.startswith(folder)), len(FIRST))
