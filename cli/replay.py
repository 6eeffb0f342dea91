"""`suyuan replay`: the reference scenario, or a file of public complaints, through the whole system."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.display import declared
from shared.contracts.errors import SuyuanError
from shared.runtime.serve.sheets import Writer

if TYPE_CHECKING:
    from deploy.local.complaints import Complaint
    from shared.runtime.base.settings import Settings

DEFAULT_DATA = Path(".suyuan") / "replay"


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
    from deploy.local.companies import Replay
    from deploy.local.complaints import read

    complaints = sorted(read(path), key=lambda one: (one.at, one.row))
    with _system(path, complaints, data, replicas) as settings, _bar(len(complaints)) as advance:
        result = asyncio.run(Replay(settings, complaints, advance).run())
    if series is not None:
        _write_series(series, result["series"])
    if as_json:
        output.show(result)
    else:
        _print(path, result)


@contextmanager
def _system(path: Path, complaints: "Sequence[Complaint]", data: Path, replicas: int) -> "Iterator[Settings]":
    """Start a system whose institutions are the companies of the file."""
    from cli.demo import clear, say
    from cli.local import LocalPlan, LocalSystem
    from deploy.local.state import private_folder, write_secret
    from shared.runtime.base.settings import TimeSource

    clear(data)
    private_folder(data)
    network = data / "network.yaml"
    write_secret(network, _network(path, sorted({one.company for one in complaints})))
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
        yield system.of_people()


def _network(path: Path, companies: Sequence[str]) -> str:
    """Return a network file: court and organisations of the default one, companies as institutions."""
    import yaml

    from deploy.local.complaints import institution_id
    from shared.network.load import load_network
    from shared.runtime.base.settings import DEFAULT_NETWORK

    base = load_network(DEFAULT_NETWORK)
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


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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
        columns = ("institution", "cause", "issue", "week", "count")
        writer = Writer(file)
        writer.row(columns)
        writer.rows([[one[name] for name in columns] for one in rows])


def _print(path: Path, result: dict[str, Any]) -> None:
    output.draw_facts(declared.REPLAYED, {**result, "weeks": len(result["weeks"])}, path.name)
    newest = result["raised"][-15:]
    if newest:
        output.draw(declared.RAISED, [{**one, "bound": round(one["bound"], 1)} for one in newest])
