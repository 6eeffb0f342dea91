"""Where the mutated code and the tests that kill it are; each path stands here and nowhere else."""

from pathlib import Path
from typing import Final

BATCH: Final = "shared/runtime/decide/batch.py"
CONSUMER: Final = "shared/runtime/ingest/consumer.py"
CONTINUITY: Final = "shared/runtime/ingest/continuity.py"
FETCH: Final = "shared/runtime/ingest/fetch.py"
DELIVERY: Final = "shared/runtime/decide/delivery.py"
DISCARD: Final = "shared/runtime/decide/discard.py"
DOCUMENTS: Final = "shared/runtime/base/documents.py"
IN_TURN: Final = "shared/runtime/ingest/in_turn.py"
INTERLEAVE: Final = "shared/runtime/ingest/interleave.py"
REPOSITORY: Final = "shared/runtime/commit/repository.py"
SUBSCRIPTION: Final = "shared/runtime/ingest/subscription.py"
UNIT_OF_WORK: Final = "shared/runtime/decide/unit_of_work.py"
LETTERS: Final = "shared/runtime/decide/letters.py"
LIMITS: Final = "shared/runtime/base/limits.py"
MONGO: Final = "shared/runtime/commit/mongo.py"
OUTBOX: Final = "shared/runtime/commit/outbox.py"
PROCESS: Final = "shared/runtime/serve/process.py"
PARSER: Final = "shared/runtime/ingest/parser.py"
PROGRESS: Final = "shared/runtime/ingest/progress.py"
RECORDS: Final = "shared/runtime/base/records.py"
OPERATIONS: Final = "shared/runtime/decide/operations.py"
RESEQUENCER: Final = "shared/runtime/decide/resequencer.py"
RUN: Final = "shared/runtime/decide/run.py"
RUNS: Final = "shared/runtime/ingest/runs.py"
SUBJECT: Final = "shared/runtime/decide/subject.py"
STATES: Final = "shared/runtime/decide/states.py"
WORKER: Final = "shared/runtime/ingest/worker.py"
ALERTS: Final = "services/alerts/handlers.py"

ROOT: Final = Path(__file__).resolve().parents[2]
RUNTIME_TESTS: Final = "tests/unit/runtime"
"""Where to look for another test that kills a mutant, once those that are to have let it live."""


def test(file: str, name: str) -> str:
    """Return how pytest names a test of the runtime, whichever room it is in."""
    [path] = (ROOT / RUNTIME_TESTS).glob(f"*/test_{file}.py")
    return f"{path.relative_to(ROOT).as_posix()}::test_{name}"
