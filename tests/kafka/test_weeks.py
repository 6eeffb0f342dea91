"""Weeks on real servers: one replica or three, everything three times and a kill midway: the same alerts."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.ports import choose_port
from deploy.local.weeks import LastWeeks
from services.alerts.rules.packing import unpack
from services.alerts.store import ALERTS, WEEKLY_COUNTS
from shared.casework.calendar import SHANGHAI
from shared.casework.case_ids import series_id, subscription_id
from shared.contracts.alerts import AlertEnded, AlertRaised
from shared.contracts.counts import DisputeCounted, PanelJudged, WeekCounted
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause
from shared.contracts.subscriptions import NoticeDue, NoticeWay, Subscribe
from shared.network.load import read_keys_file
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.publish.producer import started
from shared.runtime.serve.client import EventReader, MessageSender
from tests.support.cli import suyuan, write_connection
from tests.support.receiver import Request, is_signed, receiver
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(500)]

FIRST = datetime(2024, 1, 8, 9, tzinfo=SHANGHAI)
WEEKS = 14
ISSUES = {"fees": 3, "collection_conduct": 2, "rate_dispute": 4}
SURGE = ("fees", 9, 18)
"""Issue, week and how many more."""
READ = ("intake.events", "alerts.events")


def _counts() -> Counter[tuple[str, int]]:
    counts = Counter(
        {(issue, n): usual + (n * 7 + usual) % 2 for issue, usual in ISSUES.items() for n in range(WEEKS)}
    )
    counts[SURGE[0], SURGE[1]] += SURGE[2]
    return counts


def _filings() -> list[tuple[FileDispute, datetime]]:
    out = []
    for (issue, n), count in sorted(_counts().items(), key=lambda one: one[0][1]):
        for number in range(count):
            filing = FileDispute(
                institution="ccb", reference=f"{issue}-{n}-{number}", cause=Cause.COMPLAINT, issue=issue
            )
            out.append((filing, FIRST + timedelta(weeks=n, minutes=number)))
    return out


@dataclass
class Heard:
    """What was said, each event once."""

    events: dict[tuple[str, str, int | None], Parsed] = field(default_factory=dict)

    def add(self, parsed: Parsed) -> None:
        self.events.setdefault((parsed.source, parsed.subject, parsed.sequence), parsed)

    def bodies(self, kind: type[Any]) -> list[Any]:
        return [one.body for one in self.events.values() if isinstance(one.body, kind)]


@dataclass(frozen=True)
class Came:
    """What came of it all."""

    counts: dict[tuple[str, str], int]
    alerts: dict[str, dict[str, Any]]
    weeks: list[date]
    arrays: int
    letters: int
    notices: list[tuple[int, list[str]]]
    told: dict[str, Any] = field(default_factory=dict, compare=False)


AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
OWN = subscription_id("ccb", "p-ccb-1", "surges")


def _subscribe(hook: int) -> Subscribe:
    target = f"http://127.0.0.1:{hook}/hook"
    return Subscribe(title="surges", least_count=10, told_by=NoticeWay.WEBHOOK, target=target)


async def _play(services: Services, hook: int, *, kills: bool) -> Came:
    settings = services.settings("alerts")
    filings, heard = _filings(), Heard()
    weeks = LastWeeks(settings.partitions, FIRST + timedelta(weeks=WEEKS + 4))
    async with (
        MessageSender(settings, source="/people/test", signer=services.signer()) as sender,
        EventReader(settings, READ) as reader,
    ):

        async def until(reached: Any) -> None:
            deadline = asyncio.get_running_loop().time() + 150
            while not reached():
                assert asyncio.get_running_loop().time() < deadline, services.log("alerts")
                for parsed in await reader.batch(timeout_ms=100):
                    heard.add(parsed)
                    weeks.hear(parsed)

        asked = _subscribe(hook)
        for _ in range(2):
            await sender.command("alerts", asked, OWN, actor=AGENT, id="subscribe", at=FIRST, wait=False)
        for place, (filing, at) in enumerate(filings):
            for id_ in ("a", "a", "b"):
                await sender.filing(filing, id=f"{filing.reference}-{id_}", at=at, wait=False)
            if kills and place in (len(filings) // 3, 2 * len(filings) // 3):
                await sender.flush()
                services.kill("alerts", place % 3)
                services.start("alerts", replicas=3, env={"SUYUAN_TIME": "replay"})
        await sender.flush()
        await until(lambda: len(heard.bodies(DisputeCounted)) == len(filings))
        await _once_more(settings, heard)
        await until(lambda: weeks.may_close)
        await weeks.close(sender)
        await until(lambda: weeks.are_over)
        await weeks.close(sender)
        await until(lambda: len(heard.bodies(NoticeDue)) >= 2)
    judged = sorted(one.week for one in heard.bodies(PanelJudged))
    arrays = sum(sum(unpack(one.counts).values()) for one in heard.bodies(WeekCounted))
    assert len(heard.bodies(AlertRaised)) == len(heard.bodies(AlertEnded)) == 1
    notices = [(one.notice, [line.stage.value for line in one.lines]) for one in heard.bodies(NoticeDue)]
    return await _stored(services, judged, arrays, notices)


async def _once_more(settings: Settings, heard: Heard) -> None:
    """Publish every event of intake twice more, as after two crashes."""
    producer = await started(settings)
    for parsed in heard.events.values():
        record = parsed.record
        if record.topic == "intake.events":
            for _ in range(2):
                await producer.send(
                    record.topic,
                    record.value,
                    key=record.key,
                    headers=list(record.headers),
                    partition=record.partition,
                    timestamp_ms=record.timestamp,
                )
    await producer.stop()


async def _stored(
    services: Services, judged: list[date], arrays: int, notices: list[tuple[int, list[str]]]
) -> Came:
    database = services.database("alerts")
    try:
        counts = Counter[tuple[str, str]]()
        for row in await database.find(WEEKLY_COUNTS, {}):
            counts[row["series"], row["week"]] += row["count"]
        alerts = {row["_id"]: row for row in await database.find(ALERTS, {})}
        return Came(dict(counts), alerts, judged, arrays, await database.count("deadletters", {}), notices)
    finally:
        database.close()


def _asked(services: Services, folder: Path) -> dict[str, Any]:
    """What the terminal says of it."""
    write_connection(services, folder)
    out, picture, table = {}, folder / "alert.svg", folder / "trends.csv"
    fees = series_id("ccb", "complaint", "fees")
    for name, command in {
        "recount": ("alerts", "recount"),
        "list": ("alerts", "list"),
        "excluded": ("alerts", "list", "--excluded"),
        "subscriptions": ("alerts", "subscriptions"),
        "explain": ("alerts", "explain", fees, "--svg", str(picture)),
        "trends": (*("trends", "--by", "issue", "--since", FIRST.date().isoformat()), "--out", str(table)),
    }.items():
        done = suyuan(*command, "--data", str(folder), "--json")
        assert done.code == 0, done
        out[name] = done.json
    out["svg"], out["csv"] = picture.read_text("utf-8"), table.read_text("utf-8-sig")
    return out


async def _delivered(services: Services, hook: int) -> list[Request]:
    """Go on by the broker's time: what waits is delivered now."""
    async with receiver(hook) as there:
        services.stop("alerts")
        live = {"SUYUAN_TIME": "broker", "SUYUAN_WEBHOOK_NETWORKS": "127.0.0.0/8"}
        services.start("alerts", env=live)
        async with asyncio.timeout(120):
            for _ in range(2):
                came = there.next_one()
                if len(there.came) < 2:
                    await came.wait()
        # Two more looks of the deliverer: nothing comes again.
        await asyncio.sleep(2.5)
        return there.came


def _run(*, replicas: int, kills: bool, folder: Path | None = None) -> Came:
    with platform(env={"SUYUAN_TIME": "replay"}) as services:
        services.start("intake")
        services.start("alerts", replicas=replicas, env={"SUYUAN_TIME": "replay"})
        services.ready(120)
        hook = choose_port()
        came = asyncio.run(_play(services, hook, kills=kills))
        if folder is None:
            return came
        told = _asked(services, folder)
        hooks = asyncio.run(_delivered(services, hook))
        keys = read_keys_file(services.keys.public).keys
        return replace(came, told={**told, "hooks": hooks, "keys": {one.id: one.public for one in keys}})


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Came:
    return _run(replicas=1, kills=False, folder=tmp_path_factory.mktemp("data"))


def test_counts_are_those_that_were_filed_and_the_surge_is_told_once(alone: Came) -> None:
    monday = FIRST.date()
    assert alone.counts == {
        (series_id("ccb", "complaint", issue), (monday + timedelta(weeks=n)).isoformat()): count
        for (issue, n), count in _counts().items()
    }
    assert alone.arrays == _counts().total()
    assert alone.weeks == [monday + timedelta(weeks=n) for n in range(WEEKS + 4)]
    (alert,) = alone.alerts.values()
    surge = (alert["issue"], alert["week"], alert["count"])
    assert surge == ("fees", (monday + timedelta(weeks=9)).isoformat(), _counts()["fees", 9])
    assert alert["ended_at"]
    assert alone.letters == 0


def test_a_recount_from_the_events_finds_no_difference(alone: Came) -> None:
    found = alone.told["recount"]
    assert (found["disputes"], found["differences"]) == (_counts().total(), [])
    assert found["places"] == found["array_places"] == len(+_counts())


def test_the_terminal_lists_and_explains_the_alert_and_draws_it(alone: Came) -> None:
    (listed,) = alone.told["list"]
    assert listed["issue"] == "fees"
    explained = alone.told["explain"]
    assert len(explained["cases"]) == listed["count"]
    assert f"{listed['count']} disputes in the week of {listed['week']}" in explained["text"]["en"][0]
    assert alone.told["svg"].startswith("<svg")
    assert alone.told["excluded"] == []


def test_its_subscriber_is_told_of_the_surge_and_of_its_end_once_in_order_by_a_signed_webhook(
    alone: Came,
) -> None:
    assert alone.notices == [(1, ["raised"]), (2, ["over"])]
    (listed,) = alone.told["subscriptions"]
    assert (listed["title"], listed["notices"], listed["open"]) == ("surges", 2, True)
    assert listed["target"].endswith("/…")
    hooks: list[Request] = alone.told["hooks"]
    assert [one.id for one in hooks] == [f"{OWN}-{number:08d}" for number in (1, 2)]
    for request in hooks:
        assert is_signed(request, alone.told["keys"][request.headers["suyuan-key"]])
    body = json.loads(hooks[0].body)
    (line,) = body["data"]["lines"]
    assert (body["type"], line["issue"], line["count"]) == ("alerts.notice-due", "fees", _counts()["fees", 9])


def test_trends_equal_the_counts(alone: Came) -> None:
    monday = FIRST.date()
    found = {(row["period"], row["issue"]): row["count"] for row in alone.told["trends"]}
    assert found == {
        ((monday + timedelta(weeks=n)).isoformat(), issue): count for (issue, n), count in _counts().items()
    }
    assert len(alone.told["csv"].splitlines()) == len(found) + 1


def test_three_replicas_two_of_them_killed_midway_give_the_same(alone: Came) -> None:
    assert _run(replicas=3, kills=True) == alone
