"""Ports of 127.0.0.1 for stacks and services: chosen by one, and not handed to another before they are used.

A free port is only free until somebody binds it, and a service binds its own seconds after it was chosen,
or again minutes after a crash. So whoever chooses one also locks a byte of a file that all programs of this
user share; the lock ends with the process.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import socket
import tempfile
from collections.abc import Set
from functools import cache
from pathlib import Path
from typing import Final

FIRST: Final = 20_000
COUNT: Final = 12_000
"""Ports below 32768 are never handed out for outgoing connections, so one of ours stays ours while its server
is down between a crash and its next start."""

_ours: Final[set[int]] = set()


def choose_port(wanted: int | None = None, taken: Set[int] = frozenset()) -> int:
    """Return a port for this process alone: `wanted` if nobody else has it, else another one.

    Args:
        wanted: The port that its owner had before.
        taken: Ports that are promised otherwise.

    Raises:
        OSError: Ports cannot be bound at all.
    """
    while True:
        port = wanted or FIRST + secrets.randbelow(COUNT)
        if port not in taken and (port == wanted or port not in _ours) and _lock(port):
            if _is_free(port):
                _ours.add(port)
                return port
            if port not in _ours:
                _unlock(port)
        wanted = None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port in TIME_WAIT counts as free, one in use does not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


@cache
def _register() -> int | None:
    """The file whose byte N stands for port N, opened once: closing it would end all our locks."""
    path = Path(tempfile.gettempdir()) / f"suyuan-ports-{os.getuid()}"
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return None  # somebody else's: then a port is free if nobody has bound it


def _lock(port: int) -> bool:
    register = _register()
    if register is None:
        return True
    try:
        fcntl.lockf(register, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            return False
        raise
    return True


def _unlock(port: int) -> None:
    register = _register()
    if register is not None:
        fcntl.lockf(register, fcntl.LOCK_UN, 1, port)
