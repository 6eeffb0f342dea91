"""What a data folder keeps of its stack: cluster id, ports and secrets."""

from __future__ import annotations

import base64
import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.local import errors
from deploy.local.ports import choose_port
from shared.contracts.topics import SERVICES

NEEDED_MB = 500
"""Free space without which no stack starts, MB."""

PRIVATE_FOLDER = 0o700
PRIVATE_UMASK = 0o077
"""What programs that work in a data folder take away from others: files are 0600, folders 0700."""

STACK_PORTS = ("kafka_port", "controller_port", "mongo_port")


def load_state(data: Path) -> dict[str, Any]:
    """Read stack.json, make what is missing in it, and keep it."""
    path = data / "stack.json"
    state: dict[str, Any] = {}
    with contextlib.suppress(FileNotFoundError):
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(state, dict):
                raise TypeError
        except (ValueError, TypeError) as error:
            raise errors.credentials_lost(data, "stack.json") from error
        except PermissionError as error:
            raise errors.not_writable(path, error.strerror or str(error)) from error
    before = json.dumps(state)
    state.setdefault("cluster_id", _new_cluster_id())
    state.setdefault("mongo_key", base64.b64encode(secrets.token_bytes(256)).decode())
    state.setdefault("mongo_root", secrets.token_urlsafe(24))
    passwords = state.setdefault("mongo_passwords", {})
    for service in SERVICES:
        passwords.setdefault(service, secrets.token_urlsafe(24))
    state.setdefault("kafka_secret", secrets.token_urlsafe(32))
    taken: set[int] = set(state.get("ports", {}).values())
    for name in STACK_PORTS:
        state[name] = choose_port(state.get(name), taken)
        taken.add(state[name])
    if json.dumps(state) != before:
        write_secret(path, json.dumps(state, indent=1))
    return state


def keep_ports(data: Path, names: Sequence[str]) -> dict[str, int]:
    """Return a port of 127.0.0.1 for each name: the one that it had before, unless another program has it.

    Call it while this process has the folder's lock.
    """
    path = data / "stack.json"
    state = json.loads(path.read_text(encoding="utf-8"))
    kept: dict[str, int] = state.setdefault("ports", {})
    before = dict(kept)
    for name in names:
        others = {port for other, port in kept.items() if other != name}
        kept[name] = choose_port(kept.get(name), others | {state[one] for one in STACK_PORTS})
    if kept != before:
        write_secret(path, json.dumps(state, indent=1))
    return {name: kept[name] for name in names}


def forget_data(data: Path) -> None:
    """Delete all that a data folder holds, but the ports: addresses outlive the data."""
    ports: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError, AttributeError):
        state = json.loads((data / "stack.json").read_text(encoding="utf-8"))
        ports = {name: value for name, value in state.items() if name in (*STACK_PORTS, "ports")}
    shutil.rmtree(data)
    if ports:
        private_folder(data)
        write_secret(data / "stack.json", json.dumps(ports, indent=1))


def is_in_use(data: Path) -> bool:
    """Whether a running stack, or a child that one left, uses the folder."""
    try:
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _new_cluster_id() -> str:
    """A UUID as Kafka writes it: 22 characters of base64url. Not one that starts like an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone may enter, or make it so; who may not enter reads nothing in it.

    Raises:
        OSError: It cannot be made, or is somebody else's.
    """
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(PRIVATE_FOLDER)


def write_secret(path: Path, text: str) -> None:
    """Write the whole file or nothing, readable by its owner only."""
    temporary = path.with_name(path.name + ".new")
    try:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise errors.disk_full(path.parent, 0, NEEDED_MB) from error
        raise errors.not_writable(path, error.strerror or str(error)) from error
