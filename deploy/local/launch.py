"""Become another program that dies with the one that started it.

Run as ``python -I -S launch.py <pid of the starter> <program> [arguments...]``. A file of its own, and
not a ``preexec_fn``, because code between fork and exec of a program with threads can deadlock.

Linux only: elsewhere the program is started all the same, and only an orderly stop ends it.
"""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    starter, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes

        # SIGKILL, since nobody is left to wait for an orderly end; broker and database survive it by design.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != starter:  # the starter died before the line above
            os._exit(1)
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]}: {error.strerror}\n")
        os._exit(127)


main()
