"""Starts again what dies, with growing pauses, until it is told to stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_S = 0.5
LONGEST_S = 30.0
WELL_S = 60.0
_LOOK_S = 0.2


@dataclass(slots=True)
class Backoff:
    """How long to wait before a program is started again.

    Attributes:
        failures: How often in a row it did not run well.
    """

    failures: int = 0
    _started: float = 0.0

    def started(self, now: float) -> None:
        """Note a start."""
        self._started = now

    def ended(self, now: float) -> float:
        """Return the pause, seconds; the first one again for a program that had run well for a while."""
        if now - self._started >= WELL_S:
            self.failures = 0
        pause: float = min(LONGEST_S, FIRST_S * 2**self.failures)
        self.failures += 1
        return pause


@dataclass(slots=True)
class Program:
    """A program that shall run.

    Attributes:
        name: As people know it.
        log: Its log file.
        running: Whether it runs.
        returncode: How it ended: an exit code, or minus the number of a signal.
        start: Starts it in the same place; may wait until it serves, and raise why it does not.
        kill: Ends a start that nobody waits for any more.
    """

    name: str
    log: Path
    running: Callable[[], bool]
    returncode: Callable[[], int | None]
    start: Callable[[], None]
    kill: Callable[[], None] = lambda: None
    backoff: Backoff = field(default_factory=Backoff)
    start_at: float | None = None


class Supervisor:
    """Looks after programs that are started, one after another.

    Args:
        programs: Which; one that takes long to start delays the others.
        say: Gets one line for each end.
        clock: Monotonic time, seconds.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._programs = list(programs)
        self._say = say
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        for program in self._programs:
            program.backoff.started(clock())

    def start(self) -> None:
        """Look after them from now on, in a thread."""
        names = ",".join(program.name for program in self._programs)
        self._thread = threading.Thread(target=self._run, name=f"supervisor:{names}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Start nothing again; returns when no start is under way."""
        self._stop.set()
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(0.5)
            if self._thread.is_alive():
                for program in self._programs:
                    program.kill()

    def look(self) -> None:
        """Note what has ended, and start what has waited long enough."""
        for program in self._programs:
            now = self._clock()
            if program.start_at is None:
                if not program.running():
                    self._ended(program, how(program.returncode()))
            elif now >= program.start_at and not self._stop.is_set():
                program.start_at = None
                program.backoff.started(now)
                try:
                    program.start()
                except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again, and said
                    self._ended(program, str(error)[:300])

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_S):
            self.look()

    def _ended(self, program: Program, why: str) -> None:
        if self._stop.is_set():
            return
        pause = program.backoff.ended(self._clock())
        program.start_at = self._clock() + pause
        failures = program.backoff.failures
        again = f"(连续第 {failures} 次 / {failures} times in a row) " if failures > 1 else ""
        self._say(
            f"{program.name} 已退出 ended: {why} {again}"
            f"{pause:g} 秒后重新启动 starting again in {pause:g} s; 日志 log: {program.log}"
        )


def how(returncode: int | None) -> str:
    """Return how a program ended, for people: the name of the signal, or the exit code."""
    if returncode is not None and returncode < 0:
        try:
            return signal.Signals(-returncode).name
        except ValueError:
            return f"signal {-returncode}"
    return f"代码 code {returncode}"
