"""Child processes: started, stopped, never outliving their starter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from deploy.local.processes import ChildProcess, pid_of, wait_until

ROOT = Path(__file__).parents[3]
SLEEPY = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); {SLEEPY}"


def child(code: str, folder: Path, **options: object) -> ChildProcess:
    return ChildProcess("child", [sys.executable, "-c", code], log=folder / "logs" / "child.log", **options)  # type: ignore[arg-type]


def test_what_a_child_says_is_in_its_log(tmp_path: Path) -> None:
    one = child("import sys; print('out'); sys.stderr.write('err\\n'); sys.exit(3)", tmp_path)
    one.start()
    assert one.wait(10) == 3
    assert sorted(one.log_tail()) == ["err", "out"]


def test_the_process_that_writes_a_log_is_known_for_as_long_as_it_runs(tmp_path: Path) -> None:
    one = child(SLEEPY, tmp_path)
    assert pid_of(one.log) is None
    for _ in range(2):
        one.start()
        assert pid_of(one.log) == one.pid
        one.kill()
        assert pid_of(one.log) is None


def test_the_tail_holds_only_the_last_start(tmp_path: Path) -> None:
    for word in ("first", "second"):
        one = child(f"print({word!r})", tmp_path)
        one.start()
        one.wait(10)
    assert one.log_tail() == ["second"]
    assert one.log.read_text() == "first\nsecond\n"


def test_stop_ends_a_child_that_ignores_sigterm(tmp_path: Path) -> None:
    one = child(STUBBORN, tmp_path)
    one.start()
    assert wait_until(lambda: one.log_tail() == ["up"], one, 10)
    one.stop(grace_s=0.2)
    assert one.returncode == -signal.SIGKILL


def test_stop_ends_the_children_of_a_killed_child_too(tmp_path: Path) -> None:
    one = child(
        f"import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); {SLEEPY}",
        tmp_path,
    )
    one.start()
    assert wait_until(lambda: bool(one.log_tail()), one, 10)
    grandchild = int(one.log_tail()[0])
    one.kill()
    assert gone(grandchild)


def test_stopping_twice_or_never_started_is_quiet(tmp_path: Path) -> None:
    one = child("pass", tmp_path)
    one.stop()
    one.kill()
    one.start()
    one.stop()
    one.stop()
    assert one.returncode is not None


def test_a_program_that_is_not_there_says_so_in_the_log(tmp_path: Path) -> None:
    one = ChildProcess("child", [str(tmp_path / "nothing")], log=tmp_path / "log")
    one.start()
    assert one.wait(10) == 127
    assert "No such file" in one.log_tail()[-1]


def test_a_child_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    # The kernel's "die with the parent" means the parent thread, and asyncio.to_thread's threads come and go.
    one = child(SLEEPY, tmp_path)
    thread = threading.Thread(target=one.start)
    thread.start()
    thread.join()
    time.sleep(0.3)
    assert one.running
    one.kill()


@pytest.mark.skipif(
    sys.platform != "linux", reason="only the Linux kernel ends the children of a dead process"
)
def test_a_child_dies_when_its_starter_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from deploy.local.processes import ChildProcess\n"
        f"command = [sys.executable, '-c', {SLEEPY!r}]\n"
        f"one = ChildProcess('c', command, log=Path({str(tmp_path)!r}) / 'log')\n"
        f"one.start(); print(one.pid, flush=True); {SLEEPY}"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert psutil.pid_exists(pid)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    assert gone(pid)


def test_a_child_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    one = child(SLEEPY, tmp_path)
    one.start()
    assert one.pid is not None
    assert os.getsid(one.pid) == one.pid  # so a Ctrl-C in the terminal reaches only us
    one.kill()


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False
