"""`suyuan verify`: whether the history is as it was written: of one case, of a file, of everything."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, output, short_ids
from cli.connection import AnyService, Data
from cli.display import declared
from cli.output import AsJson
from cli.verifying.findings import DATABASE, EVENTS
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import SERVICES

if TYPE_CHECKING:
    from cli.verifying.findings import Report
    from cli.verifying.service import Advance
    from shared.contracts.days import DayWitnessed
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database

_SHOWN: Final = 50


class Source(StrEnum):
    """Where the history is read."""

    BOTH = "both"
    DATABASE = "database"
    EVENTS = "events"


What = Annotated[
    str | None,
    typer.Argument(
        metavar="[ID]",
        help="案件、凭据文件,缺省为全部 / a case, or the file of a receipt; everything if not given",
    ),
]
From = Annotated[
    Source, typer.Option("--from", help="只看数据库或只看主题 / the databases alone, or the topics alone")
]

Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys", help="公钥文件,验证凭据用 / keys file with which a receipt is checked", show_default=False
    ),
]


Witnesses = Annotated[
    int,
    typer.Option(
        "--witnesses",
        help="凭据须有多少成员会签 / how many members must have signed what a receipt leads to",
        min=0,
    ),
]


def verify(
    what: What = None,
    service: AnyService = None,
    source: From = Source.BOTH,
    keys: Keys = None,
    witnesses: Witnesses = 0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """验证历史未被改动 / check that history is as it was written; 1 if not, with the first wrong row."""
    if what is not None and Path(what).is_file():
        _verify_file(Path(what), keys, witnesses, as_json=as_json)
        return
    told = source is Source.EVENTS and service is None
    names = list(SERVICES) if told else connection.services(service, data)
    with _bar(silent=as_json or what is not None) as advance:
        id, reports = output.run(_verified(what or "", names, source, data, advance))
    if id and not any(one.rows + one.unread or one.findings for one in reports):
        raise output.run(_nothing(id, names, source, data))
    _tell(id, reports, as_json=as_json)
    if any(one.findings for one in reports):
        raise typer.Exit(output.FAILED)


def _verify_file(path: Path, keys: Path | None, least: int, *, as_json: bool) -> None:
    """Check a receipt without any server.

    Raises:
        SuyuanError: ``receipt.unreadable``: the file is none.
    """
    import json

    from cli.verifying.findings import Report
    from cli.verifying.receipts import check, members_of
    from shared.network.load import load_keys, load_network
    from shared.runtime.base.settings import Settings

    settings = Settings()
    known = load_keys(load_network(settings.network), keys or settings.keys)
    try:
        found = json.loads(path.read_text("utf-8"))
        findings = list(check(found, known, least))
        parts = {str(one["service"]): (len(one["rows"]), members_of(one, known)) for one in found["services"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuyuanError(
            code="receipt.unreadable",
            zh=f"{path} 不是凭据文件。请用 suyuan case receipt 出具。",
            en=f"{path} is no receipt ({type(error).__name__}). suyuan case receipt gives one.",
        ) from None
    reports = [Report(name, 1, rows, witnessed=members) for name, (rows, members) in parts.items()]
    for one in reports:
        one.findings = [finding for finding in findings if finding.service == one.service]
    _tell(str(found["case"]), reports, as_json=as_json)
    if not any(key.use == "history" for key in known.all) and not as_json:
        output.line(
            output.told(
                "没有公钥,未验证签名。请用 --keys 指明。",
                "No public keys: signatures not checked. Add --keys.",
            )
        )
    if findings:
        raise typer.Exit(output.FAILED)


async def _verified(
    what: str, names: Sequence[str], source: Source, data: Path | None, advance: "Advance"
) -> "tuple[str, list[Report]]":
    """Return the whole id of what was meant, and a report of each service."""
    from cli.verifying.witnesses import kept_by_portal

    reports = []
    kept = {} if source is Source.EVENTS else await kept_by_portal(names, data)
    for name in names:
        settings = connection.settings(name, data, mongo=source is not Source.EVENTS)
        database = None if source is Source.EVENTS else connection.database(name, settings)
        try:
            if what and database is not None:
                what = await _whole(database, what)
            witnesses = kept.get(name, ())
            reports.append(await _one(name, what, settings, database, source, advance, witnesses))
        finally:
            if database is not None:
                database.close()
    return what, reports


async def _one(
    service: str,
    subject: str,
    settings: "Settings",
    database: "Database | None",
    source: Source,
    advance: "Advance",
    witnesses: "Sequence[DayWitnessed]",
) -> "Report":
    from cli.verifying.database import StoredHistory
    from cli.verifying.days import ClosedDays, from_database, from_topics
    from cli.verifying.events import ToldHistory
    from cli.verifying.service import ServiceHistory
    from shared.contracts.topics import DAYS, EVENT_TOPICS, TIPS, WITNESSED, cases_topic
    from shared.network.load import load_keys, load_network
    from shared.runtime.serve.client import EventReader

    days = ClosedDays(service, load_keys(load_network(settings.network), settings.keys))
    stored = None if database is None else StoredHistory(database, subject)
    if source is not Source.DATABASE:
        async with EventReader(settings, [DAYS, TIPS, WITNESSED]) as reader:
            await from_topics([days], reader)
    if database is not None:
        await from_database(days, database)
    for seen in witnesses:
        days.witness(seen)
    days.check(DATABASE if source is Source.DATABASE else EVENTS)
    if source is Source.DATABASE:
        return await ServiceHistory(service, stored, None, days, advance).verify()
    topics = [EVENT_TOPICS[service]]
    if service == "portal":  # what it tells institutions stands on theirs
        topics += [cases_topic(one.id) for one in load_network(settings.network).institutions]
    async with EventReader(settings, topics) as reader:
        told = ToldHistory(service, reader, subject)
        report = await ServiceHistory(service, stored, told, days, advance).verify()
    if stored is not None:
        async with EventReader(settings, topics) as again:
            await _name_fields(report, stored, again)
    return report


async def _name_fields(report: "Report", stored: Any, reader: Any) -> None:
    """Say of rows that two copies tell differently, in which fields they do."""
    from dataclasses import replace

    from cli.verifying.events import rows_told
    from cli.verifying.findings import differing
    from cli.verifying.service import copies
    from shared.runtime.decide.history import row_id

    if not (wanted := copies(report.findings[:_SHOWN])):
        return
    events = await rows_told(reader, wanted)
    for place, finding in enumerate(report.findings[:_SHOWN]):
        id = row_id(finding.subject, finding.number)
        if id in wanted and id in events:
            rows, _ = await stored.one(finding.subject)
            row = next((one for one in rows if one["_id"] == id), None)
            if row is not None:
                report.findings[place] = replace(finding, detail=differing(row, events[id]))


async def _whole(database: "Database", given: str) -> str:
    from shared.runtime.base.collections import STREAMS

    return await short_ids.subject(database, STREAMS, given)


def _tell(id: str, reports: "Sequence[Report]", *, as_json: bool) -> None:
    found = [one.shown() for report in reports for one in report.findings]
    if as_json:
        output.show({"id": id, "intact": not found, "services": [one.shown() for one in reports]})
        return
    if found:
        output.draw(declared.FOUND, found[:_SHOWN], str(len(found)))
    rows = sum(one.rows for one in reports)
    subjects = sum(one.subjects for one in reports)
    told = output.told(f"{subjects} 份历史,{rows} 条", f"{subjects} histories, {rows} rows")
    state = output.told("不一致", "not intact") if found else output.told("完好", "intact")
    output.line(f"{told}: {state}")
    if members := sorted(
        {f"{member} ({one.service} {day})" for one in reports for member, day in one.witnessed.items()}
    ):
        output.line(output.told("会签成员:", "signed by members: ") + ", ".join(members))
    if unread := sum(one.unread for one in reports):
        output.line(
            output.told(
                f"{unread} 份历史的开头已不在主题中,未能验证",
                f"{unread} histories begin before what the topics still have, and were not verified",
            )
        )


@contextmanager
def _bar(*, silent: bool) -> Iterator[Callable[[int], None]]:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=output.err,
        disable=silent,
        transient=True,
    ) as bar:
        task = bar.add_task(output.told("核对 rows", "rows checked"), total=None)
        yield lambda count: bar.advance(task, count)


async def _nothing(id: str, names: Sequence[str], source: Source, data: Path | None) -> SuyuanError:
    """Return the error of a subject without history: services may know it and decide nothing about it."""
    from shared.contracts.reasons import text
    from shared.runtime.base.collections import STREAMS

    knowing = []
    for name in names if source is not Source.EVENTS else ():
        with connection.opened(name, data) as database:
            knowing += [name] if await database.get(STREAMS, id) is not None else []
    if not knowing:
        reason = text("case.unknown")
        return SuyuanError(code="case.unknown", zh=f"{id}:{reason.zh}", en=f"{id}: {reason.en}")
    return SuyuanError(
        code="history.none",
        zh=f"{'、'.join(knowing)} 没有 {id} 的历史,未作验证。请改查作出决定的服务,或不加 --service。",
        en=f"{', '.join(knowing)} keeps no history of {id}, so nothing was verified. "
        "Ask a service that decides about it, or leave --service out.",
    )
