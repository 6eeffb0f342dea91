"""A folder with a platform in it, and a terminal of 80 columns that stands there."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shared.casework.calendar import library_calendar
from shared.runtime.base.settings import DEFAULT_NETWORK
from tests.support.calendars import notice, put
from tests.support.cases import PARTY_KEY
from tests.support.cli import suyuan
from tests.support.first_hour.volatile import still

ROOT: Final = Path(__file__).parents[3]
WAIT_S: Final = 60.0
COLUMNS: Final = "80"
_LANGUAGE: Final = {"LC_ALL": "C.UTF-8"}
_KEYS: Final = {
    "party_key": PARTY_KEY,
    "personal_keys": "third-key-" * 4,
}
"""So that the tokens of parties are the same in each run."""


class Stage:
    """A platform of its own, and what somebody types.

    Args:
        folder: Where it stands; the data folder is ``.suyuan/data`` in it, as of anybody.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables: dict[str, str] = {}
        self._up: subprocess.Popen[bytes] | None = None
        self._said = folder / "up.out"
        data = folder / ".suyuan" / "data"
        data.mkdir(parents=True)
        (folder / ".suyuan" / "cache").symlink_to(ROOT / ".suyuan" / "cache")
        keys = data / "keys.json"
        keys.touch(mode=0o600)
        keys.write_text(json.dumps(_KEYS))
        shutil.copy(DEFAULT_NETWORK, folder)
        # The hour is the same in the last weeks of a year, when the next one's days off are not known yet.
        for year in range(library_calendar().years.stop, datetime.now(UTC).year + 3):
            put(folder, notice(year))

    def up(self, *arguments: str) -> str:
        """Start ``suyuan up``; return what it says until it is there."""
        with self._said.open("wb") as said:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "cli", "up", *arguments],
                cwd=self.folder,
                env=self._environment(),
                stderr=said,
                stdin=subprocess.DEVNULL,
            )
        return self.said("Ctrl-C")

    def said(self, awaited: str, after: int = 0) -> str:
        """Wait until ``suyuan up`` has said something; return what it said after so many characters."""
        deadline = time.monotonic() + 2 * WAIT_S
        while True:
            text = self._said.read_text("utf-8")
            if awaited in text[after:]:
                return text[after:]
            assert self._up is not None
            assert self._up.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.1)

    @property
    def said_until_now(self) -> int:
        """How many characters ``suyuan up`` has said."""
        return len(self._said.read_text("utf-8"))

    def stop(self) -> str:
        """End ``suyuan up`` as Ctrl-C does; return what it says then."""
        if self._up is None:
            return ""
        before = self.said_until_now
        self._up.send_signal(signal.SIGINT)
        self._up.wait(WAIT_S)
        self._up = None
        return self._said.read_text("utf-8")[before:]

    def typed(self, line: str) -> tuple[str, int]:
        """Type a line; return what it prints, errors too, and its exit code."""
        command = line.replace("\\\n", " ")
        for name, value in self.variables.items():
            command = command.replace(f"${name}", value)
        head, _, pipe = command.partition(" | head -n ")
        if head.startswith("suyuan ") and "|" not in head:
            # In this process: a new one would spend most of its time on imports.
            with contextlib.chdir(self.folder), still():
                done = suyuan(*shlex.split(head)[1:], env={"COLUMNS": COLUMNS, **_LANGUAGE})
            text, code = done.out + done.err, done.code
            return ("\n".join(text.splitlines()[: int(pipe)]) if pipe else text), code
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return run.stdout.decode(), run.returncode

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
        path = f"{Path(sys.executable).parent}:{own.get('PATH', '')}"
        return {**own, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": COLUMNS, **_LANGUAGE, **self._user()}

    def _user(self) -> dict[str, str]:
        """Return the user of the broker with which the bank looks; no page shows a password."""
        file = self.folder / ".suyuan" / "data" / "connection.json"
        if not file.exists():
            return {}
        password = json.loads(file.read_text("utf-8"))["users"]["ccb"]
        return {"KAFKA_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_USER": "ccb", "KAFKA_PASSWORD": password}
