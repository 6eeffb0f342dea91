"""`python -m tests.together`: all tests, in two runs of pytest side by side.

Most tests on real servers wait rather than work, so two runs share two cores well. The first run is shown
as it goes, the other once both are over; the last line sums them up.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Final

SHARED_OUT: Final = tuple(
    f"tests/unit/{room}"
    for room in ("casework", "cli", "contracts", "intake", "mediation", "portal", "streams")
)
"""What the second run takes off the first, so that they end at about the same time."""
FIRST: Final = (
    *("tests/kafka", "tests/security", "tests/contract", "tests/unit"),
    *(f"--ignore={folder}" for folder in SHARED_OUT),
)
SECOND: Final = ("tests/chaos", "tests/flow", *SHARED_OUT)
_COUNT: Final = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?)")


def main(arguments: list[str]) -> int:
    """Run both with these further arguments of pytest; 1 if one of them is not green."""
    began = time.monotonic()
    last = ""
    with tempfile.TemporaryFile("w+") as kept:
        second = subprocess.Popen([*_pytest(SECOND), *arguments], stdout=kept, stderr=subprocess.STDOUT)
        first = subprocess.Popen(
            [*_pytest(FIRST), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert first.stdout is not None
        for line in first.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line if line.strip() else last
        codes = [first.wait(), second.wait()]
        kept.seek(0)
        other = kept.read()
        sys.stdout.write(other)
    sys.stdout.write(summary([last, _last(other)], time.monotonic() - began))
    return int(any(codes))


def summary(lines: list[str], seconds: float) -> str:
    """Return pytest's last line for both runs together."""
    counts: Counter[str] = Counter()
    for line in lines:
        for number, what in _COUNT.findall(line):
            counts[what] += int(number)
    told = ", ".join(f"{number} {what}" for what, number in counts.items()) or "no tests ran"
    minutes, rest = divmod(int(seconds), 60)
    return f"=== {told} in {seconds:.2f}s ({minutes // 60}:{minutes % 60:02d}:{rest:02d}) ===\n"


def _pytest(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def _last(output: str) -> str:
    return next((line for line in reversed(output.splitlines()) if line.strip()), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
