"""Where archives are to lie: whether they can be written there, and read again."""

import asyncio
from collections.abc import Iterator

from worker.cli.checkup.finding import Finding, Place, fail, ok, warn
from worker.errors import SettingsError


def check_archives(place: Place) -> Iterator[Finding]:
    """Asked only where BATON_ARCHIVES is set. A small file is written, read back and removed."""
    from worker.settings import read_settings

    try:
        address = read_settings(place.surroundings).archives
    except SettingsError:
        return  # told by the check of the project
    if address is None:
        return
    try:
        from worker.retention.looking import missing_folder, trouble_with
    except ModuleNotFoundError:
        yield fail(
            "archives", "BATON_ARCHIVES is set, and their extra is missing", "pip install 'baton[archives]'"
        )
        return
    trouble = asyncio.run(trouble_with(address, place.surroundings))
    if trouble is not None:
        told = f"{trouble.what} ({trouble.where})" if trouble.where else trouble.what
        yield fail("archives", told, trouble.hint or "Correct BATON_ARCHIVES.")
    elif missing_folder(address) is not None:
        hint = "The first clean-up makes it. Is a disk to be mounted there?"
        yield warn("archives", f"there is no folder {address} yet", hint)
    else:
        yield ok("archives", f"a file was written to {address}, read back and removed")
