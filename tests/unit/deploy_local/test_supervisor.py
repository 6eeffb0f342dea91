"""What dies is started again: pauses grow, one line says so, and a stop ends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.supervisor import FIRST_S, LONGEST_S, WELL_S, Backoff, Program, Supervisor, how


class Watched:
    """A program and a clock, both in the test's hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.alive = True
        self.starts = 0
        self.error: Exception | None = None
        self.lines: list[str] = []
        program = Program("intake-0", Path("logs/intake-0.log"), lambda: self.alive, lambda: -9, self._start)
        self.supervisor = Supervisor([program], self.lines.append, lambda: self.now)

    def _start(self) -> None:
        self.starts += 1
        if self.error is not None:
            raise self.error
        self.alive = True

    def pass_(self, seconds: float) -> None:
        """Let time pass in steps of 0.1 s."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.supervisor.look()


def test_what_runs_is_left_alone() -> None:
    watched = Watched()
    watched.pass_(100)
    assert watched.starts == 0
    assert watched.lines == []


def test_what_dies_is_started_again_after_a_pause_and_one_line_says_so() -> None:
    watched = Watched()
    watched.alive = False
    watched.supervisor.look()
    assert watched.starts == 0
    watched.pass_(FIRST_S + 0.1)
    assert watched.starts == 1
    assert watched.alive
    (line,) = watched.lines
    for word in ("intake-0", "SIGKILL", "已退出", "starting again in 0.5 s", "logs/intake-0.log"):
        assert word in line


def test_pauses_grow_up_to_a_longest_one() -> None:
    backoff = Backoff()
    now, pauses = 0.0, []
    for _ in range(10):
        backoff.started(now)
        pauses.append(backoff.ended(now + 1))
        now += pauses[-1] + 1
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert pauses[-1] == LONGEST_S


def test_the_first_pause_comes_back_for_what_ran_well_for_a_while() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.started(0)
        backoff.ended(1)
    backoff.started(100)
    assert backoff.ended(100 + WELL_S) == FIRST_S
    backoff.started(200)
    assert backoff.ended(200 + WELL_S - 1) == 2 * FIRST_S


def test_a_start_that_fails_is_tried_again_and_said() -> None:
    watched = Watched()
    watched.alive = False
    watched.error = OSError("no space left")
    watched.pass_(5)
    assert watched.starts == 3  # after 0.5, 1 and 2 s
    assert "no space left" in watched.lines[-1]
    assert "4 times in a row" in watched.lines[-1]
    watched.error = None
    watched.pass_(5)
    assert watched.alive
    assert watched.starts == 4


def test_after_a_stop_nothing_is_started() -> None:
    watched = Watched()
    watched.alive = False
    watched.supervisor.look()
    watched.supervisor.stop()
    watched.pass_(60)
    assert watched.starts == 0


@pytest.mark.parametrize(
    ("code", "said"), [(-9, "SIGKILL"), (1, "code 1"), (-200, "signal 200"), (0, "code 0")]
)
def test_how_it_ended_is_said_in_words(code: int, said: str) -> None:
    assert said in how(code)
