"""`suyuan repayments FILE`: a bank's file of payments, row by row: good rows are recorded, bad ones named.

Recording the same file again adds nothing: a payment is known by the digest of the bank's own reference.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import do, output, portal
from cli.case import Institution, Token, Url
from cli.connection import Data
from cli.display import declared
from cli.file import SHOWN, problem
from cli.output import AsJson, WrongUse
from cli.receipts import Problem, reference_of, written

if TYPE_CHECKING:
    import httpx

    from cli.repayment_table import Payment
    from cli.tables import Row
    from shared.contracts.faults import FieldFault

IN_FLIGHT: Final = 50
"""Payments on their way at one time."""
POLL_S: Final = 0.1
PATH: Final = "/commands/mediation/record-repayment/"
_DISPUTED: Final = "repayment-disputed"
_UNKNOWN: Final = {"status": "refused", "reason": {"code": "case.unknown"}}


@dataclass(slots=True)
class Report:
    """How the recording of a table went.

    Attributes:
        recorded: Payments that are new; with a dry run, those that could be sent.
        disputed: How many of them do not fit the plan: they are recorded, and the organisation looks at them.
        known: Payments that were on record before.
        pending: Payments of which nothing was heard in time.
        bad: Rows that were not recorded.
    """

    recorded: int = 0
    disputed: int = 0
    known: int = 0
    pending: int = 0
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self.recorded + self.known + self.pending + self.bad


def repayments(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="CSV 或 XLSX 文件 / the file", show_default=False),
    ] = None,
    institution: Institution = None,
    who: Annotated[
        str | None,
        typer.Option("--as", help="机构/人员/角色 / organisation/person/role", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查,不登记 / check only, record nothing")
    ] = False,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", help="将问题写入 CSV / write all problems there", show_default=False),
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="输出空白表头 / print an empty table")] = False,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="等待每笔结果的秒数 / seconds to wait for each outcome")
    ] = 20,
    url: Url = None,
    token: Token = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """批量登记还款:合格的行即登记,其余逐行指出 / record a bank file's payments; bad rows are named."""
    from cli.repayment_table import COLUMNS, checked

    if template:
        zh = output.view().language == "zh"
        output.line("\ufeff" + ",".join(one.zh if zh else one.name for one in COLUMNS))
        return
    if path is None or institution is None:
        raise WrongUse(
            code="file.incomplete",
            zh="请给出文件与 --institution,或使用 --template。",
            en="Give a file and --institution, or --template.",
        )
    report = Report()
    with written(errors, Problem) as write:

        def refuse(row: "Row", wrong: "list[FieldFault]") -> None:
            report.bad += 1
            for fault in wrong:
                _note(report, problem(row.number, reference_of(row), fault), write)

        good = checked(path, institution, _today(), refuse)
        if dry_run:
            report.recorded = sum(1 for _ in good)
        else:
            values = {"url": url, "token": token, "who": who, "data": data}
            output.run(_record(good, do.address_of(values), do.token_of(values), report, write, wait))
    _show(report, as_json, dry_run)
    if report.bad or report.pending:
        raise typer.Exit(output.FAILED)


# Sent -------------------------------------------------------------------------------------------


async def _record(
    good: "Iterator[Payment]",
    url: str,
    token: str,
    report: Report,
    write: Callable[[Problem], None],
    wait_s: float,
) -> None:
    """Send the payments, some at a time, in the order of the table for each case."""
    async with _client(url, token) as client:
        while chunk := list(itertools.islice(good, IN_FLIGHT)):
            # Payments of one case follow each other, so that the oldest is recorded first.
            cases: dict[str, list[Payment]] = {}
            for one in chunk:
                cases.setdefault(one.reference, []).append(one)
            await asyncio.gather(
                *(_of_case(client, payments, report, write, wait_s) for payments in cases.values())
            )


async def _of_case(
    client: "httpx.AsyncClient",
    payments: "list[Payment]",
    report: Report,
    write: Callable[[Problem], None],
    wait_s: float,
) -> None:
    case = await _case_of(client, payments[0].reference)
    for one in payments:
        outcome = _UNKNOWN if case is None else await _outcome(client, case, one, wait_s)
        _take(one, outcome, report, write)


async def _case_of(client: "httpx.AsyncClient", reference: str) -> str | None:
    """Return the case of the institution's own reference: the platform looks it up, nobody can compute it."""
    with portal.reached(client.base_url):
        found = portal.body(await client.get("/cases", params={"reference": reference, "limit": "1"}))[
            "cases"
        ]
    return str(found[0]["id"]) if found else None


def _take(
    one: "Payment", outcome: Mapping[str, Any], report: Report, write: Callable[[Problem], None]
) -> None:
    """Count what became of a payment."""
    from shared.contracts.faults import FieldFault

    if "reason" in outcome:
        report.bad += 1
        fault = FieldFault(code=outcome["reason"]["code"], field="")
        _note(report, problem(one.row, one.reference, fault), write)
    elif outcome["status"] != "done":
        report.pending += 1
    elif not outcome.get("changed"):
        report.known += 1
    else:
        report.recorded += 1
        report.disputed += any(event.endswith(_DISPUTED) for event in outcome["events"])


async def _outcome(client: "httpx.AsyncClient", case: str, one: "Payment", wait_s: float) -> dict[str, Any]:
    with portal.reached(client.base_url):
        sent = await client.post(PATH + case, content=one.command.model_dump_json())
        path = portal.body(sent)["outcome"]
        for _ in range(max(1, int(wait_s / POLL_S))):
            found = portal.body(await client.get(path))
            if found["status"] != "pending":
                break
            await asyncio.sleep(POLL_S)
    return found


@asynccontextmanager
async def _client(url: str, token: str) -> AsyncIterator["httpx.AsyncClient"]:
    import httpx

    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=do.TIMEOUT_S, trust_env=False
    ) as client:
        yield client


def _note(report: Report, one: Problem, write: Callable[[Problem], None]) -> None:
    report.problems.append(one)
    write(one)


def _today() -> date:
    from shared.casework.calendar import local_day

    return local_day(datetime.now(UTC))


def _show(report: Report, as_json: bool, dry_run: bool) -> None:
    if as_json:
        output.show({"dry_run": dry_run, "rows": report.rows, **asdict(report)})
        return
    if report.problems:
        view = output.view()
        rows = [{**asdict(one), "said": view.told(one.zh, one.en)} for one in report.problems[:SHOWN]]
        output.draw(declared.PROBLEMS, rows, f"{report.bad}")
    word = output.told("可登记", "Would be recorded") if dry_run else output.told("已登记", "Recorded")
    output.line(f"{word}: {report.recorded} / {report.rows}")
    if not dry_run:
        parts = (
            (output.told("此前已登记", "Known"), report.known),
            (output.told("与计划不符", "Disputed"), report.disputed),
            (output.told("尚无答复", "No answer yet"), report.pending),
        )
        output.line(output.told("，", ", ").join(f"{name} {count}" for name, count in parts))
