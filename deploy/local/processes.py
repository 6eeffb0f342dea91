"""Child processes that never outlive us: log file each, own session, dead when we are dead."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from deploy.local.state import PRIVATE_UMASK

_LAUNCH = Path(__file__).with_name("launch.py")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _Spawner:
    """One thread that starts all children and lives as long as the process.

    The kernel ties "die with the parent" to the *thread* that forked. A child started from a pool
    thread, as ``asyncio.to_thread`` does, would be killed as soon as that pool shuts down.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: queue.SimpleQueue[
            tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]
        ]
        self._jobs = queue.SimpleQueue()
        self._pid = 0

    def spawn(self, job: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._pid != os.getpid():  # first use, or first use after a fork, where no thread came along
                self._jobs = queue.SimpleQueue()
                threading.Thread(
                    target=self._run, args=(self._jobs,), name="suyuan-spawner", daemon=True
                ).start()
                self._pid = os.getpid()
            result: Future[subprocess.Popen[bytes]] = Future()
            self._jobs.put((job, result))
        return result.result()

    @staticmethod
    def _run(
        jobs: queue.SimpleQueue[
            tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]
        ],
    ) -> None:
        while True:
            job, result = jobs.get()
            try:
                result.set_result(job())
            except BaseException as error:  # noqa: BLE001 - handed to the caller, who waits for it
                result.set_exception(error)


_SPAWNER = _Spawner()


class ChildProcess:
    """A program of ours in a session of its own, so that Ctrl-C reaches only us and we stop it in order.

    Args:
        name: for messages and thread names, such as ``kafka``.
        command: absolute path of the program, then its arguments.
        log: file that stdout and stderr are appended to; created if missing. The process id stands beside it
            in a file that ends with ``.pid``.
        environment: the whole environment of the child; ours if None.
        directory: working directory of the child; ours if None.
        keep_open: file descriptors that the child inherits, such as that of a lock file.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environment = None if environment is None else dict(environment)
        self._directory = directory
        self._keep_open = tuple(keep_open)
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id while started, else None."""
        return None if self._process is None else self._process.pid

    @property
    def running(self) -> bool:
        """Whether the child was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def returncode(self) -> int | None:
        """The exit code, minus the signal's number if one ended it, None while it runs."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start the child. Does nothing if it runs.

        Raises:
            OSError: the log file or the working directory cannot be used.
        """
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # A log may quote what a program was sent.
        with open(self.log, "ab", opener=_private) as out:
            self._log_start = out.tell()
            command = [sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()), *self._command]

            def job() -> subprocess.Popen[bytes]:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env=self._environment,
                    cwd=self._directory,
                    start_new_session=True,
                    pass_fds=self._keep_open,
                    umask=PRIVATE_UMASK,
                )

            self._process = _SPAWNER.spawn(job)
        with contextlib.suppress(OSError):  # a full disk stops no program
            with open(pid_file(self.log), "w", encoding="ascii", opener=_private) as out_pid:
                out_pid.write(f"{self._process.pid}\n")

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for the end. Returns the exit code, or None if it still runs after `timeout_s` seconds."""
        if self._process is None:
            return None
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the child and the children in its session, and do not wait."""
        self._signal(signal.SIGTERM)

    def stop(self, grace_s: float = 15.0) -> None:
        """End the child and the children in its session: SIGTERM, then SIGKILL after `grace_s` seconds."""
        if self._process is None:
            return
        self.ask_to_stop()
        if self.wait(grace_s) is None:
            self.kill()

    def kill(self) -> None:
        """End the child at once, with SIGKILL, and wait until it is gone."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self.wait()

    def freeze(self) -> None:
        """Let the child stand still where it is, as a machine without memory or a dead disk would."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the child go on."""
        self._signal(signal.SIGCONT)

    def log_tail(self, lines: int = 20) -> list[str]:
        """The last lines of the log since the last start, without line ends."""
        try:
            with self.log.open("rb") as file:
                file.seek(self._log_start)
                return file.read().decode("utf-8", "replace").splitlines()[-lines:]
        except OSError:
            return []

    def _signal(self, number: int) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)


def pid_file(log: Path) -> Path:
    """Return the file that names the process which writes a log."""
    return log.with_suffix(".pid")


def pid_of(log: Path) -> int | None:
    """Return the process that writes a log; ``None`` if it has ended or never was."""
    try:
        pid = int(pid_file(log).read_text(encoding="ascii"))
        os.kill(pid, 0)
    except PermissionError:
        return pid
    except (OSError, ValueError):
        return None
    return pid


def wait_until(
    ready: Callable[[], bool], child: ChildProcess, timeout_s: float, interval_s: float = 0.05
) -> bool:
    """Poll `ready` until it says yes.

    Returns:
        True once ready; False if the child ended or `timeout_s` seconds passed.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if not child.running:
            return False
        if ready():
            return True
        time.sleep(interval_s)
    return False
