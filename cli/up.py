"""`suyuan up`: the services on this machine, on the embedded stack, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.connection import DEFAULT_DATA
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import DEFAULT_NETWORK, TimeSource


def up(
    services: Annotated[str, typer.Option(help="逗号分隔 / comma separated; all when empty")] = "",
    replicas: Annotated[
        list[str] | None, typer.Option(help="如 mediation=2,可重复 / such as mediation=2, may be repeated")
    ] = None,
    data: Annotated[Path, typer.Option(help="数据目录 / data folder")] = DEFAULT_DATA,
    network: Annotated[
        Path, typer.Option(help="网络文件 / network file", show_default=DEFAULT_NETWORK.name)
    ] = DEFAULT_NETWORK,
    court: Annotated[bool, typer.Option(help="法院模拟器 / court simulator")] = True,
    time: Annotated[TimeSource, typer.Option(help="时间来源 / source of time")] = TimeSource.BROKER,
) -> None:
    """在本机启动服务 / start the services on this machine, on real Kafka and MongoDB."""
    from cli.demo import portal_link, say_how_to_look, wait_for_ctrl_c
    from cli.local import LocalPlan, LocalSystem

    plan = LocalPlan(data, _counts(services, replicas or []), time=time, network=network, court=court)
    with LocalSystem(plan, lambda text: output.err.print(text, highlight=False)) as system:
        assert system.addresses is not None
        output.err.print(f"Kafka: {system.addresses.kafka}", highlight=False)
        if system.portal_url:
            output.err.print(f"门户 portal: {portal_link(system)}", soft_wrap=True, highlight=False)
        say_how_to_look(data)
        wait_for_ctrl_c()


def _counts(services: str, replicas: list[str]) -> dict[str, int]:
    """Read ``a,b`` and ``a=2``.

    Raises:
        SuyuanError: A name or number that makes no sense.
    """
    names = [name.strip() for name in services.split(",") if name.strip()] or list(SERVICES)
    counts = dict.fromkeys(names, 1)
    for part in ",".join(replicas).split(","):
        if not part.strip():
            continue
        name, _, number = part.partition("=")
        if not number.isdigit() or not 1 <= int(number) <= 20:
            raise typer.BadParameter(f"{part}: 应为 服务=1..20 / must be SERVICE=1..20")
        counts[name.strip()] = int(number)
    unknown = sorted(set(counts) - set(SERVICES))
    if unknown:
        raise SuyuanError(
            code="service.unknown",
            zh=f"没有服务 {'、'.join(unknown)}。可选:{'、'.join(SERVICES)}。",
            en=f"There is no service {', '.join(unknown)}. Choose from {', '.join(SERVICES)}.",
        )
    return counts
