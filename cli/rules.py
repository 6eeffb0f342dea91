"""`suyuan rules`: every rule of the platform, with its citation, version and limit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import connection, output, rulebooks, why
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson


def rules(
    all_: Annotated[
        bool, typer.Option("--all", help="含各个版本 / every version, and not only those in force")
    ] = False,
    network: Annotated[
        Path | None,
        typer.Option(help="网络文件 / network file; that of the platform if not given", show_default=False),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出全部规则、依据、版本和限额 / list every rule with its citation, version and limit."""
    from shared.network.load import load_network

    found = load_network(network or _of_the_platform(data))
    rows = [row for service in rulebooks.books() for row in rulebooks.listed(service, found, all_=all_)]
    rows += rulebooks.of_the_platform()
    if as_json:
        output.show(rows)
        return
    output.draw(
        declared.RULES,
        [{**row, "words": words(row), "limit": why.number(row, output.view())} for row in rows],
    )


def _of_the_platform(data: Path | None) -> Path:
    """Return the network file of the platform; rules can be read before there is one."""
    from shared.runtime.base.settings import Settings

    if connection.by_environment(data) or connection.read(data) is None:
        return Settings().network
    return connection.settings(None, data).network


def words(row: Mapping[str, Any]) -> str:
    """Return the sentence of a rule in the language of the view."""
    return output.told(row["zh"], row["en"])
