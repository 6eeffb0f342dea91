"""`suyuan explanations`: the texts that parties are given, with their four contents."""

from typing import Annotated, Any

import typer

from cli import output
from cli.output import AsJson, WrongUse


def explanations(
    version: Annotated[
        str | None,
        typer.Argument(metavar="[VERSION]", help="释明版本 / a version", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """列出释明内容 / show what is explained to a party: rights, cost, mediation, model cases."""
    from services.intake.rules.explanations import CONTENTS, EXPLANATIONS

    if version is not None and version not in EXPLANATIONS:
        raise WrongUse(
            code="explanation.unknown_version",
            zh=f"没有该版本。可用：{'、'.join(EXPLANATIONS)}。",
            en=f"There is no such version. Known: {', '.join(EXPLANATIONS)}.",
        )
    wanted = EXPLANATIONS if version is None else [version]
    rows: list[dict[str, Any]] = [
        {
            "version": id,
            "since": str(EXPLANATIONS[id].since),
            "digest": EXPLANATIONS[id].digest,
            **{name: dict(zip(("zh", "en"), _both(id, name), strict=True)) for name in CONTENTS},
        }
        for id in wanted
    ]
    if as_json:
        output.show(rows)
        return
    for row in rows:
        output.line(f"{row['version']}  {row['since']}  {row['digest']}")
        for name in CONTENTS:
            output.line(f"  {output.told(row[name]['zh'], row[name]['en'])}")


def _both(version: str, name: str) -> tuple[str, str]:
    from services.intake.rules.explanations import EXPLANATIONS

    words = getattr(EXPLANATIONS[version], name)
    return words.zh, words.en
