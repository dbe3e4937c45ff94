"""Becomes another program that does not outlive its parent.

Run as a script: `python -I -S launch.py UID GID SIGNAL PARENT PROGRAM ARGUMENT…`, or with the word
`detached` before PROGRAM for one that shall outlive everybody. A `-` for UID and GID keeps the user.

Python's own `preexec_fn` would run in a fork of a process with threads, which may hang; here nothing
is shared with the parent. It imports nothing of Baton: the new user may not be able to read it.
"""

import ctypes
import os
import sys

#: Linux, <sys/prctl.h>: which signal this process gets when its parent dies.
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the program, or say on standard error why not."""
    uid, gid, death_signal, parent, *command = arguments
    if command[0] == "detached":
        _leave_parent()
        command = command[1:]
    else:
        _die_with_parent(uid, gid, int(death_signal), int(parent))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


def _leave_parent() -> None:
    """Go on in a child of nobody, in a session of its own."""
    if os.fork() > 0:
        os._exit(0)
    os.setsid()


def _die_with_parent(uid: str, gid: str, death_signal: int, parent: int) -> None:
    if uid != "-":
        os.setgroups([int(gid)])
        os.setgid(int(gid))
        os.setuid(int(uid))
    # After the change of user, which would clear it.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")


if __name__ == "__main__":
    main(sys.argv[1:])
