"""Weeks on real servers: one replica or three, everything three times and a kill midway: the same alerts."""

import asyncio
import json
import re
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
from shared.contracts.subscriptions import ConfirmAddress, NoticeDue, NoticeWay, Subscribe
from shared.network.load import read_keys_file
from shared.runtime.base.collections import DELIVERIES
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.publish.producer import started
from shared.runtime.serve.client import EventReader, MessageSender
from tests.kafka.helpers import until
from tests.support.cli import suyuan, write_connection
from tests.support.mail_server import Mailed, MailServerHere, mail_server
from tests.support.receiver import Receiver, Request, is_signed, receiver
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
    notices: list[tuple[str, int, list[str]]]
    told: dict[str, Any] = field(default_factory=dict, compare=False)


AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
OWN, MAILED = (subscription_id("ccb", "p-ccb-1", title) for title in ("surges", "by mail"))
MAILBOX = "risk@bank.example"


def _subscriptions(hook: int) -> dict[str, Subscribe]:
    target = f"http://127.0.0.1:{hook}/hook"
    return {
        OWN: Subscribe(title="surges", least_count=10, told_by=NoticeWay.WEBHOOK, target=target),
        MAILED: Subscribe(title="by mail", least_count=10, told_by=NoticeWay.MAIL, target=MAILBOX),
    }


async def _play(services: Services, hook: int, *, kills: bool) -> Came:
    settings = services.settings("alerts")
    filings, heard = _filings(), Heard()
    weeks = LastWeeks(settings.partitions, FIRST + timedelta(weeks=WEEKS + 4))
    async with (
        MessageSender(settings, source="/people/test", signer=services.signer()) as sender,
        EventReader(settings, READ) as reader,
    ):

        async def heard_until(reached: Any) -> None:
            deadline = asyncio.get_running_loop().time() + 150
            while not reached():
                assert asyncio.get_running_loop().time() < deadline, services.log("alerts")
                for parsed in await reader.batch(timeout_ms=100):
                    heard.add(parsed)
                    weeks.hear(parsed)

        for subject, asked in 2 * tuple(_subscriptions(hook).items()):
            await sender.command(
                "alerts", asked, subject, actor=AGENT, id=f"to-{subject}", at=FIRST, wait=False
            )
        await _confirm(services, sender)
        for place, (filing, at) in enumerate(filings):
            for id_ in ("a", "a", "b"):
                await sender.filing(filing, id=f"{filing.reference}-{id_}", at=at, wait=False)
            if kills and place in (len(filings) // 3, 2 * len(filings) // 3):
                await sender.flush()
                services.kill("alerts", place % 3)
                services.start("alerts", replicas=3, env={"SUYUAN_TIME": "replay"})
        await sender.flush()
        await heard_until(lambda: len(heard.bodies(DisputeCounted)) == len(filings))
        await _once_more(settings, heard)
        await heard_until(lambda: weeks.may_close)
        await weeks.close(sender)
        await heard_until(lambda: weeks.are_over)
        await weeks.close(sender)
        await heard_until(lambda: len(heard.bodies(NoticeDue)) >= 4)
    judged = sorted(one.week for one in heard.bodies(PanelJudged))
    arrays = sum(sum(unpack(one.counts).values()) for one in heard.bodies(WeekCounted))
    assert len(heard.bodies(AlertRaised)) == len(heard.bodies(AlertEnded)) == 1
    notices = sorted(
        (one.subject, one.body.notice, [line.stage.value for line in one.body.lines])
        for one in heard.events.values()
        if isinstance(one.body, NoticeDue)
    )
    return await _stored(services, judged, arrays, notices)


async def _confirm(services: Services, sender: MessageSender) -> None:
    """Give back the codes, as they stand in what waits for delivery: of a replay nothing leaves."""
    database = services.database("alerts")
    try:

        async def codes() -> list[dict[str, Any]]:
            rows = await database.find(DELIVERIES, {})
            return rows if len(rows) == 2 else []

        for row in await until(codes, why=lambda: services.log("alerts")):
            asked = json.loads(row["body"])["data"]
            confirm, at = ConfirmAddress(code=asked["code"]), FIRST + timedelta(minutes=1)
            id_ = f"confirm-{asked['subscription']}"
            await sender.command("alerts", confirm, asked["subscription"], actor=AGENT, id=id_, at=at)
    finally:
        database.close()


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
    services: Services, judged: list[date], arrays: int, notices: list[tuple[str, int, list[str]]]
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


async def _delivered(
    services: Services, hook: int, post: int, folder: Path
) -> tuple[list[Request], list[Mailed], dict[str, Any]]:
    """Go on by the broker's time: what waits is delivered now, and somebody subscribes at the portal."""
    with mail_server(port=post) as office:
        async with receiver(hook) as there:
            await _both(services, there, office)
        hooks, mails = list(there.came), list(office.came)
        return hooks, mails, await _at_the_portal(services, office, folder)


async def _at_the_portal(services: Services, office: MailServerHere, folder: Path) -> dict[str, Any]:
    """Somebody subscribes by mail, reads the code in the mailbox, gives it back, and has enough."""
    services.start("portal", env={"SUYUAN_TIME": "broker"})
    await asyncio.to_thread(services.ready, 120)
    at = ("--url", services.portal_url(), "--data", str(folder), "--json", "--title", "later")
    before = len(office.came)

    async def does(act: str, *options: str) -> dict[str, Any]:
        done = await asyncio.to_thread(suyuan, "alerts", act, *options, *at, "--as", str(AGENT))
        return done.json

    def listed() -> str:
        rows = suyuan("alerts", "subscriptions", "--data", str(folder), "--json").json
        (row,) = (one for one in rows if one["title"] == "later")
        return f"{row['open']} {row['address']} {row['target']}"

    by_mail = ("--told-by", "mail", "--target", "later@bank.example", "--cadence", "daily")
    told = {"subscribe": await does("subscribe", *by_mail), "twice": await does("subscribe", *by_mail)}
    await until(lambda: len(office.came) > before, why=lambda: services.log("alerts"))
    _, to, letter = office.came[-1]
    text = letter.get_content()
    (code,) = re.findall(r"The code is (\w+),", text)
    told |= {"to": to, "letter": text, "waiting": await asyncio.to_thread(listed)}
    told["wrong"] = await does("confirm-address", "--code", "AAAAAAAAAAAAAAAA")
    told["confirm"] = await does("confirm-address", "--code", code)
    told["confirmed"] = await asyncio.to_thread(listed)
    told["unsubscribe"] = await does("unsubscribe")
    told["ended"] = await asyncio.to_thread(listed)
    return told


async def _both(services: Services, there: Receiver, office: MailServerHere) -> None:
    """Wait until code and notices have come, each way; then two looks more, in which nothing comes again."""
    services.stop("alerts")
    services.start("alerts", env={"SUYUAN_TIME": "broker", "SUYUAN_WEBHOOK_NETWORKS": "127.0.0.0/8"})
    await until(lambda: len(there.came) >= 3 and len(office.came) >= 3, why=lambda: services.log("alerts"))
    await asyncio.sleep(2.5)


def _run(*, replicas: int, kills: bool, folder: Path | None = None) -> Came:
    hook, post = choose_port(), choose_port()
    mail = {"SUYUAN_SMTP_URL": f"smtp://127.0.0.1:{post}", "SUYUAN_MAIL_FROM": "notices@court.example"}
    with platform(env={"SUYUAN_TIME": "replay", **mail}) as services:
        services.start("intake")
        services.start("alerts", replicas=replicas, env={"SUYUAN_TIME": "replay"})
        services.ready(120)
        came = asyncio.run(_play(services, hook, kills=kills))
        if folder is None:
            return came
        told = _asked(services, folder)
        hooks, mails, portal = asyncio.run(_delivered(services, hook, post, folder))
        keys = read_keys_file(services.keys.public).keys
        more = {"hooks": hooks, "mails": mails, "portal": portal}
        return replace(came, told={**told, **more, "keys": {one.id: one.public for one in keys}})


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
    # The institution, the cause, and the cause with each issue; by week and month.
    assert found["sum_places"] == (2 + len(ISSUES)) * WEEKS
    assert found["trend_places"] > found["sum_places"]


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
    assert [one[1:] for one in alone.notices if one[0] == OWN] == [(1, ["raised"]), (2, ["over"])]
    (listed,) = (one for one in alone.told["subscriptions"] if one["title"] == "surges")
    assert (listed["notices"], listed["open"]) == (2, True)
    assert listed["target"].endswith("/…")
    hooks: list[Request] = alone.told["hooks"]
    ids = [f"{OWN}-{number:08d}" for number in (1, 2)]
    assert [one.id for one in hooks] == [f"{OWN}-0-1", *ids]
    for request in hooks:
        assert is_signed(request, alone.told["keys"][request.headers["suyuan-key"]])
    body = json.loads(hooks[1].body)
    (line,) = body["data"]["lines"]
    assert (body["type"], line["issue"], line["count"]) == ("alerts.notice-due", "fees", _counts()["fees", 9])


def test_another_is_told_the_same_by_two_mails(alone: Came) -> None:
    assert [one[1:] for one in alone.notices if one[0] == MAILED] == [(1, ["raised"]), (2, ["over"])]
    (listed,) = (one for one in alone.told["subscriptions"] if one["title"] == "by mail")
    assert listed["target"] == "r***@bank.example"
    mails: list[Mailed] = alone.told["mails"]
    assert [(sender, to) for sender, to, _ in mails] == 3 * [("notices@court.example", [MAILBOX])]
    ids = [message["Message-ID"] for _, _, message in mails]
    parcels = ("0-1", "00000001", "00000002")
    assert ids == [f"<{MAILED}-{parcel}@court.example>" for parcel in parcels]
    assert str(_counts()["fees", 9]) in mails[1][2].get_content()


def test_whoever_subscribes_at_the_portal_confirms_the_mailbox_and_ends_it(alone: Came) -> None:
    told = alone.told["portal"]
    assert told["subscribe"]["events"] == ["confirmation-asked", "subscribed"]
    assert told["twice"]["reason"]["code"] == "subscription.exists"
    assert told["to"] == ["later@bank.example"]
    assert "later" not in told["letter"]
    assert told["waiting"] == "True None l***@bank.example"
    assert told["wrong"]["reason"]["code"] == "subscription.wrong_code"
    assert told["confirm"]["events"] == ["address-confirmed"]
    assert told["confirmed"] == "True 1 l***@bank.example"
    assert told["unsubscribe"]["events"] == ["unsubscribed"]
    assert told["ended"] == "False 1 "


def test_trends_equal_the_counts(alone: Came) -> None:
    monday = FIRST.date()
    found = {(row["period"], row["issue"]): row["count"] for row in alone.told["trends"]}
    assert found == {
        ((monday + timedelta(weeks=n)).isoformat(), issue): count for (issue, n), count in _counts().items()
    }
    assert len(alone.told["csv"].splitlines()) == len(found) + 1


def test_three_replicas_two_of_them_killed_midway_give_the_same(alone: Came) -> None:
    assert _run(replicas=3, kills=True) == alone
