"""The `suyuan` command with its exit code and what it prints; in this process, since imports cost most."""

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer.main

from cli.main import app, main
from shared.contracts.principals import ADMIN
from shared.contracts.topics import SERVICES
from tests.support.services import Services


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


def suyuan(*arguments: str, env: Mapping[str, str] | None = None) -> Done:
    """Run ``suyuan`` with an environment that names no platform but what ``env`` says."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _environment({"COLUMNS": "200", "LC_ALL": "C.UTF-8", **(env or {})}),
        _arguments("suyuan", *arguments),
    ):
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
                code: object = 0
            except SystemExit as ended:
                code = ended.code
    return Done(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())


def commands() -> list[tuple[str, Any]]:
    """Return every command with how it is called."""

    def walk(command: Any, path: str) -> list[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if not inner:
            return [(path, command)]
        return [one for name, sub in inner.items() for one in walk(sub, f"{path} {name}".strip())]

    return walk(typer.main.get_command(app), "")


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("SUYUAN_")]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _arguments(*values: str) -> Iterator[None]:
    before, sys.argv = sys.argv, list(values)
    try:
        yield
    finally:
        sys.argv = before


def write_connection(services: Services, data: Path) -> Path:
    """Write the connection file that ``suyuan up`` would have written for these services."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "connection.json"
    content = {
        "kafka": services.addresses.kafka,
        "portal_url": "",
        "users": {ADMIN: services.addresses.kafka_password(ADMIN), **services.passwords()},
        "services": {service: services.environment(service) for service in SERVICES},
        "operator_key": str(services.keys.operator_file),
        "token_key": services.settings("portal").token_key.get_secret_value(),
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(content), "utf-8")
    return path
