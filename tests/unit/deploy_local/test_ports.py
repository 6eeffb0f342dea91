"""A port that was chosen is nobody else's until its process ends, even while nothing listens on it."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from deploy.local.ports import COUNT, FIRST, choose_port
from tests.support.services import ROOT

_OTHER = """
import sys
from deploy.local import ports
ports.FIRST, ports.COUNT = int(sys.argv[1]), 2
wanted = int(sys.argv[2]) or None
print(ports.choose_port(wanted))
"""


def chosen_by_another(first: int, wanted: int = 0) -> int:
    told = subprocess.run(
        [sys.executable, "-c", _OTHER, str(first), str(wanted)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return int(told.stdout)


def test_another_process_is_not_given_a_port_that_nobody_listens_on_yet() -> None:
    ours = choose_port()
    assert chosen_by_another(ours) == ours + 1
    assert chosen_by_another(ours, wanted=ours) == ours + 1


def test_a_port_is_free_again_when_its_process_has_ended() -> None:
    ours = choose_port()
    theirs = chosen_by_another(ours)
    assert choose_port(theirs) == theirs


def test_its_owner_has_the_port_again() -> None:
    ours = choose_port()
    assert choose_port(ours) == ours


@given(taken=st.sets(st.integers(FIRST, FIRST + COUNT - 1), max_size=20))
def test_what_is_promised_otherwise_is_not_chosen(taken: set[int]) -> None:
    assert choose_port(next(iter(taken), None), taken) not in taken
