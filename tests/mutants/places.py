"""Where the mutated code and the tests that kill it are; each path stands here and nowhere else."""

from typing import Final

BATCH: Final = "shared/runtime/batch.py"
CONSUMER: Final = "shared/runtime/consumer.py"
CONTINUITY: Final = "shared/runtime/continuity.py"
FETCH: Final = "shared/runtime/fetch.py"
IN_TURN: Final = "shared/runtime/in_turn.py"
INTERLEAVE: Final = "shared/runtime/interleave.py"
JOURNAL: Final = "shared/runtime/journal.py"
LEDGER: Final = "shared/runtime/ledger.py"
LETTERS: Final = "shared/runtime/letters.py"
LIMITS: Final = "shared/runtime/limits.py"
MONGO: Final = "shared/runtime/mongo.py"
PROCESS: Final = "shared/runtime/process.py"
RECORDS: Final = "shared/runtime/records.py"
REMEDIES: Final = "shared/runtime/remedies.py"
RESEQUENCER: Final = "shared/runtime/resequencer.py"
RUNS: Final = "shared/runtime/runs.py"
SLOTS: Final = "shared/runtime/slots.py"
STATES: Final = "shared/runtime/states.py"
WORKER: Final = "shared/runtime/worker.py"
ALERTS: Final = "services/alerts/handlers.py"

RUNTIME_TESTS: Final = "tests/unit/runtime"
"""Where to look for another test that kills a mutant, once those that are to have let it live."""


def test(file: str, name: str) -> str:
    """Return how pytest names a test of the runtime."""
    return f"{RUNTIME_TESTS}/test_{file}.py::test_{name}"
