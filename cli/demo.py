"""`suyuan demo`: the whole flow on this machine, from a filing to a risk alert, with the figures."""

import asyncio
import os
import resource
import shutil
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import output
from cli.connection import DEFAULT_DATA, DEMO_DATA

if TYPE_CHECKING:
    from cli.local import LocalSystem


class Scenario(StrEnum):
    """What the demo plays."""

    REFERENCE = "reference"
    TURNS = "turns"


def demo(
    once: Annotated[bool, typer.Option("--once", help="打印数字后结束 / end after the figures")] = False,
    replicas: Annotated[
        int, typer.Option(help="每个服务的副本数 / replicas of every service", min=1, max=6)
    ] = 1,
    scenario: Annotated[
        Scenario,
        typer.Option(
            help="情节:三年参考案件,或案件百态 / three years of a court, or every turn of a case once"
        ),
    ] = Scenario.REFERENCE,
    data: Annotated[Path, typer.Option(help="数据目录 / data folder")] = DEMO_DATA,
    keep: Annotated[
        bool, typer.Option("--keep", help="接着上次的数据 / go on with the data of the last run")
    ] = False,
    unguarded: Annotated[
        bool,
        typer.Option(
            "--open",
            help="仅供对照:Kafka 不设口令与访问规则(只在 127.0.0.1),跑完即停"
            " / only to compare: no password, no rule on the broker (127.0.0.1 alone); ends by itself",
        ),
    ] = False,
    as_json: output.AsJson = False,
) -> None:
    """演示:真实 Kafka 与 MongoDB 上的全流程 / the whole flow on real Kafka and MongoDB."""
    from cli.figures import count
    from cli.local import LocalPlan, LocalSystem
    from cli.report import print_report
    from shared.contracts.topics import SERVICES
    from shared.runtime.base.settings import TimeSource

    if unguarded:
        _open_to_all(keep)
    started = time.monotonic()
    if not keep:
        clear(data)
    plan = LocalPlan(data, dict.fromkeys(SERVICES, replicas), time=TimeSource.REPLAY, unguarded=unguarded)
    with LocalSystem(plan, say) as system:
        ready = time.monotonic()
        decided = _replay(system, scenario)
        figures = asyncio.run(count(system.settings()))
        if as_json:
            output.show(figures)
        else:
            print_report(figures)
        say(_took(started, ready, decided, time.monotonic()))
        if not (once or unguarded):
            _stay(system, data)
            return
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    say(f"  处理器 CPU {cpu:.1f} s (服务、Kafka、MongoDB / services, Kafka, MongoDB)")
    if unguarded:
        _warn()


def _open_to_all(keep: bool) -> None:
    """Say what an open broker means.

    Raises:
        WrongUse: ``demo.open_keeps``: it would stand on data that are kept.
    """
    if keep:
        raise output.WrongUse(
            code="demo.open_keeps",
            zh="--open 的 Kafka 任何人可读可写,不用于上次留下的数据。请去掉 --keep。",
            en="With --open anybody on this machine may read and write on the broker: "
            "not on data that is kept. Leave --keep out.",
        )
    _warn()


def _took(started: float, ready: float, decided: float, counted: float) -> str:
    """Say how long the run took, and its parts; all in seconds of one monotonic clock."""
    return (
        f"用时 took {counted - started:.0f} s\n"
        f"  启动 start {ready - started:.1f} s\n"
        f"  全部案件办结 all cases decided {decided - ready:.1f} s\n"
        f"  收尾与统计 last looks and figures {counted - decided:.1f} s"
    )


def _warn() -> None:
    """Mark a run whose broker is open, so that nobody takes it for the platform as it is."""
    output.err.print(
        "[bold white on red] 仅供对照 [/] 本次运行的 Kafka 不设口令与访问规则,"
        "本机任何人可读可写。平台从不如此运行。\n"
        "[bold white on red] ONLY TO COMPARE [/] The broker of this run asks for no password and looks at "
        "no rule: anybody on this machine may read and write. The platform never runs so.",
        soft_wrap=True,
        highlight=False,
    )


def _stay(system: "LocalSystem", data: Path) -> None:
    """Show the portal, and run on until Ctrl-C."""
    output.err.print(f"\n门户 portal: {portal_link(system)}", soft_wrap=True, highlight=False)
    say_how_to_look(data)
    wait_for_ctrl_c()


def say_how_to_look(data: Path) -> None:
    """Say the command that shows what runs, as it has to be typed here, and how to end everything."""
    typed = "suyuan"
    if sys.argv[0].endswith("suyuan") and shutil.which("suyuan") != sys.argv[0]:
        typed = os.path.relpath(sys.argv[0])
    where = "" if data in (DEFAULT_DATA, DEMO_DATA) else f" --data {data}"
    output.err.print(
        f"在另一终端 in another terminal: {typed} status{where}\nCtrl-C 结束 / ends everything",
        soft_wrap=True,
        highlight=False,
    )


def wait_for_ctrl_c() -> None:
    """Stay until Ctrl-C or SIGTERM; what dies meanwhile is started again."""
    import signal

    stop = False

    def ask(*_: object) -> None:
        nonlocal stop
        stop = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    while not stop:
        time.sleep(0.3)
    say("正在停止 stopping …")


def portal_link(system: "LocalSystem") -> str:
    """Return the portal's address with a token of twelve hours for this machine's operator."""
    from shared.runtime.serve.tokens import mint

    operator = next(person for person in system.network.people if person.role == "operator")
    token = mint(
        system.token_key(),
        organisation=operator.organisation,
        person=operator.id,
        role="operator",
        now=datetime.now(UTC),
    )
    return f"{system.portal_url}/#token={token}"


def _replay(system: "LocalSystem", what: Scenario) -> float:
    """Play; return the monotonic time at which the last case was decided."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from deploy.local import players, scenario, turns
    from deploy.local.turns import play

    said = "重放三年 replaying three years" if what is Scenario.REFERENCE else "案件百态 every turn of a case"
    with Progress(
        TextColumn(said),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
        console=output.err,
        transient=False,
    ) as bar:
        task = bar.add_task("", total=None, note="")
        decided: list[float] = []

        def step(done: int, total: int, note: str) -> None:
            if done == total:
                decided.append(time.monotonic())
            bar.update(task, completed=done, total=total, note=note)

        if what is Scenario.REFERENCE:
            settings = system.of_people()
            plans = scenario.make(settings.party_key.get_secret_value().encode())
            asyncio.run(players.play(settings, plans, step))
        else:
            mediation = system.settings("portal").mediation_url
            asyncio.run(play.play(system.of_people(), mediation, turns.STORIES, step))
    return decided[0] if decided else time.monotonic()


def clear(data: Path) -> None:
    """Start from nothing but the ports, unless another process uses the folder."""
    from deploy.local.state import forget_data, is_in_use

    if data.exists() and not is_in_use(data):
        forget_data(data)


def say(text: str) -> None:
    """Print a line of progress on stderr."""
    output.err.print(text, highlight=False)
