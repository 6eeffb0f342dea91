"""`suyuan replay`: the reference scenario, or a file of public complaints, through the whole system."""

import asyncio
import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli import output
from deploy.local.complaints import Complaint, institution_id, read
from shared.contracts import alerts, intake
from shared.contracts.common import AdvanceClock
from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.contracts.network import Network, load_network
from shared.runtime.client import EventReader, MessageSender
from shared.runtime.records import Parsed
from shared.runtime.settings import DEFAULT_NETWORK, Settings, TimeSource

DEFAULT_DATA = Path(".suyuan") / "replay"
_STALL_S = 120.0
_CLOCK = Actor("system", "", "operator")


def replay(
    what: Annotated[
        str, typer.Argument(help="fengtai 或投诉文件 .csv / .csv.gz / fengtai or a file of complaints")
    ],
    replicas: Annotated[
        int, typer.Option(help="每个服务的副本数 / replicas of every service", min=1, max=6)
    ] = 1,
    data: Annotated[Path, typer.Option(help="数据目录 / data folder")] = DEFAULT_DATA,
    series: Annotated[
        Path | None, typer.Option(help="把周序列写入此 CSV / write the weekly series to this CSV")
    ] = None,
    as_json: output.AsJson = False,
) -> None:
    """重放参考场景或公开投诉 / replay the reference scenario, or real public complaints."""
    if what == "fengtai":
        from cli.demo import demo

        demo(once=True, replicas=replicas, data=data, keep=False, as_json=as_json)
        return
    path = Path(what)
    if not path.is_file():
        raise SuyuanError(
            code="replay.no_file",
            zh=f"没有文件 {what}。请给出 fengtai 或一个投诉文件。",
            en=f"There is no file {what}. Give fengtai or a file of complaints.",
        )
    complaints = sorted(read(path), key=lambda one: (one.at, one.row))
    with _system(path, complaints, data, replicas) as settings:
        result = asyncio.run(_Replay(settings, complaints).run())
    if series is not None:
        _write_series(series, result["series"])
    if as_json:
        output.show(result)
    else:
        _print(path, result)


@contextmanager
def _system(path: Path, complaints: Sequence[Complaint], data: Path, replicas: int) -> Iterator[Settings]:
    """Start a system whose institutions are the companies of the file."""
    from cli.demo import clear, say
    from cli.local import LocalPlan, LocalSystem

    clear(data)
    data.mkdir(parents=True, exist_ok=True)
    network = data / "network.yaml"
    network.write_text(_network(path, sorted({one.company for one in complaints})), encoding="utf-8")
    names = ("intake", "alerts", "portal")
    plan = LocalPlan(
        data,
        dict.fromkeys(names, replicas),
        time=TimeSource.REPLAY,
        network=network,
        court=False,
        filings_partitions=1 if len({one.company for one in complaints}) > 50 else 3,
    )
    with LocalSystem(plan, say) as system:
        yield system.settings()


def _network(path: Path, companies: Sequence[str]) -> str:
    """Give a network file: court and organisations of the default one, companies as institutions."""
    base: Network = load_network(DEFAULT_NETWORK)
    content = base.model_dump(mode="json", exclude={"people", "institutions"}, exclude_none=True)
    content["id"] = "replay"
    content["institutions"] = [
        {
            "id": institution_id(company),
            "kind": "bank",
            "name": {"zh": company[:80].strip(), "en": company[:80].strip()},
        }
        for company in companies
    ]
    content["people"] = []
    header = f"# The companies of {path.name}, as institutions.\n"
    return header + yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


class _Replay:
    """Files complaints week by week and counts what comes of them, by reading the events."""

    def __init__(self, settings: Settings, complaints: Sequence[Complaint]) -> None:
        self._settings = settings
        self._complaints = complaints
        self._registered: dict[str, tuple[str, str, date]] = {}
        self._counted: Counter[tuple[str, str, str, date]] = Counter()
        self._seen: set[tuple[str, str, int | None]] = set()
        self._counted_cases = 0
        self._identities: set[str] = set()
        self._series: dict[str, tuple[str, str, str]] = {}
        self._alerts: list[dict[str, Any]] = []
        self._closing: set[str] = set()

    async def run(self) -> dict[str, Any]:
        """Play the file; give the figures."""
        topics = ("intake.events", "alerts.events")
        total = len(self._complaints)
        async with (
            MessageSender(self._settings, source="/people/replay", linger_ms=5) as sender,
            EventReader(self._settings, topics) as reader,
        ):
            with _bar(total) as advance:
                done = 0
                for _, group in groupby(self._complaints, key=lambda one: one.at.isocalendar()[:2]):
                    done += await self._file(sender, group)
                    await self._until(reader, self._all_counted)
                    advance(done)
            await self._close(sender, reader)
        return self._result(total)

    async def _file(self, sender: MessageSender, week: Iterable[Complaint]) -> int:
        """File the rows of a week; give their number."""
        rows = 0
        for one in week:
            id_ = f"{one.filing.institution}:{one.filing.reference}"
            self._identities.add(id_)
            await sender.filing(one.filing, id=id_, at=one.at, wait=False)
            rows += 1
        await sender.flush()
        return rows

    def _all_counted(self) -> bool:
        return self._counted_cases >= len(self._identities)

    async def _until(self, reader: EventReader, reached: Callable[[], bool]) -> None:
        moved = time.monotonic()
        while not reached():
            batch = await reader.batch(timeout_ms=20)
            for parsed in batch:
                self._hear(parsed)
            if batch:
                moved = time.monotonic()
            elif time.monotonic() - moved > _STALL_S:
                raise SuyuanError(
                    code="replay.stalled",
                    zh="两分钟内没有新事件。请查看服务日志与死信。",
                    en="No event for two minutes. Look at the services' logs and `suyuan dlq list`.",
                )

    def _hear(self, parsed: Parsed) -> None:
        place = (parsed.source, parsed.subject, parsed.sequence)
        if place in self._seen:
            return
        self._seen.add(place)
        self._closing.discard(parsed.causation)
        match parsed.body:
            case intake.DisputeRegistered() as body:
                self._registered[parsed.subject] = (body.product or "", body.issue, body.week)
            case alerts.DisputeCounted() as body:
                self._counted_cases += 1
                self._counted[body.institution, body.cause.value, body.issue, body.week] += 1
            case alerts.SeriesStarted() as body:
                self._series[parsed.subject] = (body.institution, body.cause.value, body.issue)
            case alerts.AlertRaised() as body:
                self._alerts.append(body.model_dump(mode="json"))
            case _:
                pass

    async def _close(self, sender: MessageSender, reader: EventReader) -> None:
        """Let the last weeks close."""
        after = self._complaints[-1].at + timedelta(weeks=12)
        expected = {(i, c, s) for i, c, s, _ in self._counted}
        await self._until(reader, lambda: len(self._series) >= len(expected))
        for series in sorted(self._series):
            id_ = f"closing:{series}"
            self._closing.add(id_)
            await sender.command("alerts", AdvanceClock(), series, actor=_CLOCK, id=id_, at=after, wait=False)
        await sender.flush()
        await self._until(reader, lambda: not self._closing)

    def _result(self, rows: int) -> dict[str, Any]:
        weekly = Counter(week for _, _, week in self._registered.values())
        products = Counter((week, product) for product, _, week in self._registered.values())
        return {
            "rows": rows,
            "filed": len(self._registered),
            "counted": sum(self._counted.values()),
            "alerts": len(self._alerts),
            "weeks": {str(week): weekly[week] for week in sorted(weekly)},
            "weeks_by_product": [
                {"week": str(week), "product": product, "count": count}
                for (week, product), count in sorted(products.items())
            ],
            "series": [
                {"institution": i, "cause": c, "issue": s, "week": str(week), "count": count}
                for (i, c, s, week), count in sorted(self._counted.items())
            ],
            "raised": sorted(self._alerts, key=lambda one: (one["week"], one["institution"], one["issue"])),
        }


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    with Progress(
        TextColumn("重放投诉 replaying complaints"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=output.err,
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _write_series(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["institution", "cause", "issue", "week", "count"])
        writer.writeheader()
        writer.writerows(rows)


def _print(path: Path, result: dict[str, Any]) -> None:
    output.fields(
        f"{path.name}",
        {
            "行 rows": result["rows"],
            "登记 filed": result["filed"],
            "计入周序列 counted": result["counted"],
            "周 weeks": len(result["weeks"]),
            "预警 alerts": result["alerts"],
        },
    )
    rows = [
        (a["week"], a["institution"], a["issue"], a["count"], f"{a['bound']:.1f}")
        for a in result["raised"][-15:]
    ]
    if rows:
        output.table(
            "最近的预警 newest alerts", ("周 week", "机构", "事由 issue", "数 count", "界 bound"), rows
        )
