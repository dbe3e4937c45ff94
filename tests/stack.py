"""The real local Supabase for tests: started when the first test asks, gone when the session ends."""

import os
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

from tests.ending import AT_THE_END
from worker.local.folders import StackFolder
from worker.local.scratch import throw_away_folder
from worker.local.stack import StackInfo, StackOptions, down, up


def start_stack(folder: StackFolder, **options: Any) -> StackInfo:
    """Start a throw-away stack in this folder, on free ports. It ends with this process, whatever happens."""
    ours: dict[str, Any] = {"folder": folder, "port": 0, "fast": True, "ends_with": os.getpid()}
    return up(folder.path, options=StackOptions(**{**ours, **options}))


@lru_cache(maxsize=1)
def shared_stack() -> StackInfo:
    """The one stack that all tests of a session share. Tests make organizations and users of their own."""
    with ExitStack() as cleaning:
        folder = cleaning.enter_context(throw_away_folder())
        cleaning.callback(down, folder.path, folder=folder)
        info = start_stack(folder)
        AT_THE_END.push(cleaning.pop_all())
    return info
