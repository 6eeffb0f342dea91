"""A process that cannot work ends with a reason and a code that is not 0; its supervisor starts it again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from cli.serve import build_of
from shared.casework.calendar import library_calendar
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import Settings
from shared.runtime.ingest.vitals import TaskEnded
from shared.runtime.serve.calendars import days_left, tell_of_the_end
from shared.runtime.serve.process import Process


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def process(service: str = "mediation", **more: object) -> Process:
    """A replica that finds no server at all."""
    given = {
        "kafka": "127.0.0.1:1",
        "mongo_url": "mongodb://127.0.0.1:1/?replicaSet=x",
        "mongo_timeout_ms": 100,
        "sealing_keys": "s" * 32,
    }
    return Process(build_of(service), Settings(**{**given, "ops_port": 0, **more}))  # type: ignore[arg-type]


async def test_a_port_that_is_taken_is_named(taken: int) -> None:
    with pytest.raises(SuyuanError, match=str(taken)) as caught:
        await process(ops_port=taken).run()
    assert caught.value.code == "http.cannot_listen"


async def test_probes_that_end_by_themselves_end_the_process_with_a_reason() -> None:
    """It ended with code 0 and without a word, as if somebody had asked for it."""
    made, told = process(), []
    running = asyncio.create_task(made.run(told.append))
    await asyncio.sleep(0.05)
    server = _server()
    assert server is not None
    server.cancel()
    with pytest.raises(TaskEnded, match=r"http\.ops"):
        await running
    assert told == [True]


async def test_a_step_is_not_ended_by_the_cancellation_of_what_it_waits_for() -> None:
    """A step that ended so was missed by nobody: figures stood still, deadlines were not looked at."""
    made, calls = process(), []

    async def step() -> None:
        calls.append(1)
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone.cancel()
        await gone

    task = asyncio.create_task(made._regularly(step, 0.01))
    await asyncio.sleep(0.2)
    assert len(calls) > 3
    assert "CancelledError" in made.readiness.steps["step"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_step_that_finds_a_task_ended_ends_the_process() -> None:
    made = process()

    async def step() -> None:
        raise TaskEnded(code="runtime.task_ended", zh="", en="")

    with pytest.raises(TaskEnded):
        await made._regularly(step, 0.01)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_counts_working_days_shows_how_long_its_calendar_lasts(service: str) -> None:
    name, labels = "suyuan_calendar_days", {"service": service}
    before = days_left(library_calendar().final_until, datetime.now(UTC))
    made = process(service, party_key="p" * 32, personal_keys="v" * 32, sealing_keys="s" * 32)
    shown = made.metrics.registry.get_sample_value(name, labels)
    after = days_left(library_calendar().final_until, datetime.now(UTC))

    if service in ("mediation", "court_bridge", "alerts"):
        assert shown in (before, after)
    else:
        assert shown is None


@pytest.mark.parametrize(("left", "warns"), [(45, False), (44, True), (-1, True)])
def test_a_calendar_that_ends_soon_is_told_at_the_start(left: int, warns: bool) -> None:
    now = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)  # 2 December in Shanghai

    with capture_logs() as lines:
        tell_of_the_end(date(2026, 12, 2) + timedelta(days=left), now)

    assert [(line["event"], line["days"]) for line in lines] == [("runtime.calendar.ends", left)] * warns


async def test_every_step_is_done_again_and_again() -> None:
    made, begun = process(tick_ms=500), {}

    async def noted(step: Callable[[], Awaitable[None]], seconds: float) -> None:
        begun[step.__name__] = seconds

    made._regularly = noted  # type: ignore[method-assign]
    await made._steps()
    assert begun.keys() == {
        "tidy", "sweep", "tend", "_figures", "_lags", "_watch", "_look_at_topics", "_resume", "_look",
        "_sign_number", "keep_up", "close_due", "_end_data",
    }  # fmt: skip
    assert all(0 < seconds <= 60 for seconds in begun.values())


@pytest.mark.parametrize("known", [True, False])
async def test_the_ticker_moves_clocks_no_further_than_everything_is_applied(known: bool) -> None:
    """After a stop of two days, a command of the first day comes before the deadline of the second."""
    made, until = process(), datetime.now(UTC) - timedelta(days=2)
    asked: list[datetime] = []
    looked: list[tuple[Sequence[str], datetime]] = []

    async def due(partitions: Sequence[int], now: datetime, limit: int) -> list[str]:
        asked.append(now)
        return ["a1"]

    async def complete_until(partition: int) -> datetime | None:
        return until if known else None

    async def look(subjects: Sequence[str], topic: str, at: datetime) -> None:
        looked.append((subjects, at))

    made.consumer.partitions = lambda topic: [1]  # type: ignore[method-assign]
    made.consumer.progress.complete_until = complete_until  # type: ignore[method-assign]
    made.repository.idle.due = due  # type: ignore[method-assign]
    made.worker.tick = look  # type: ignore[method-assign]
    await made._look()
    assert looked == ([(["a1"], until)] if known else [])
    assert asked[1:] == ([until] if known else [])


def _server() -> asyncio.Task[None] | None:
    return next((task for task in asyncio.all_tasks() if task.get_name() == "http.ops"), None)


def test_a_service_that_only_answers_questions_over_http_needs_no_key_to_sign_with() -> None:
    process("alerts", http_port=1, party_key="p" * 32)
    with pytest.raises(SuyuanError) as caught:
        process("mediation", http_port=1, party_key="p" * 32)
    assert caught.value.code == "settings.signing_key"
