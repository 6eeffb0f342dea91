"""Write the example messages from the producers' stories, and show what changed.

python -m tests.support.examples [--check]

Each producer is a process of its own, in the order of the flow: a story may begin with the example before it.
"""

import os
import subprocess
import sys

from tests.support.contract import WRITE

STORIES = (
    "tests/unit/intake/test_contract.py",
    "tests/unit/mediation/test_contract.py",
    "tests/unit/court_bridge/test_contract.py",
    "tests/unit/court_simulator/test_desk.py",
    "tests/unit/alerts/test_contract.py",
)
COMPARING = "says_what or says_exactly or are_those_of_the_examples"
"""The tests of these files that compare what is said with the examples."""


def run(*, check: bool) -> int:
    """Tell every story; return the exit code, 0 where all examples are right."""
    mode = {} if check else {WRITE: "1"}
    for story in STORIES:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-s", "--no-header", story, "-k", COMPARING],
            env={**os.environ, **mode},
            check=False,
        )
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv[1:]))
