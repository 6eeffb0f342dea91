"""`suyuan file`: bulk filing from a table, row by row: good rows are filed, each bad one is named.

Filing the same file again adds nothing: a dispute is registered once, by institution and reference.
"""

import asyncio
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from cli import connection, output
from cli.answers import IDS, Answers, told
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse
from cli.receipts import Ledger, Problem, Receipt, reference_of, written

if TYPE_CHECKING:
    from cli.tables import Row
    from shared.contracts.faults import FieldFault
    from shared.contracts.intake import FileDispute
    from shared.network.schema import Network
    from shared.runtime.base.settings import Settings

IN_FLIGHT: Final = 500
"""Filings on their way at one time."""
SHOWN: Final = 20
"""Bad rows that are printed; ``--errors`` gets them all."""
REMEMBERED: Final = 10_000
"""Bad rows of the JSON answer."""

Progress = Callable[[float], None]


@dataclass(slots=True)
class Report:
    """How a filing of a whole table went.

    Attributes:
        filed: Rows that were sent, or with a dry run could be.
        bad: Rows that were not.
        outcomes: How many of those sent have which answer; see :class:`~cli.receipts.Receipt`.
    """

    rows: int = 0
    filed: int = 0
    bad: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Filer(NamedTuple):
    """Who files, on which day, and the code of the court that invites the mediation."""

    institution: str
    today: date
    court: str


def file(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="CSV、XLSX 或 JSONL 文件 / the file", show_default=False),
    ] = None,
    institution: Annotated[
        str | None,
        typer.Option("--institution", "-i", help="机构标识 / id of the institution", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查,不申报 / check only, file nothing")
    ] = False,
    errors: Annotated[
        Path | None,
        typer.Option("--errors", help="将问题写入 CSV / write all problems there", show_default=False),
    ] = None,
    receipts: Annotated[
        Path | None,
        typer.Option("--receipts", help="每行的回执 CSV / a receipt for each row", show_default=False),
    ] = None,
    wait: Annotated[
        float,
        typer.Option("--wait", min=0, help="无新答复时等待的秒数 / seconds to wait for the next answer"),
    ] = 20,
    template: Annotated[bool, typer.Option("--template", help="输出空白表头 / print an empty table")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """批量申报:合格的行即申报,其余逐行指出 / file in bulk: good rows are filed, bad ones named."""
    if template:
        output.line(header_line(output.view().language))
        return
    if path is None or institution is None:
        raise WrongUse(
            code="file.incomplete",
            zh="请给出文件与 --institution,或使用 --template。",
            en="Give a file and --institution, or --template.",
        )
    if dry_run and receipts is not None:
        raise WrongUse(
            code="file.no_receipts",
            zh="试运行(--dry-run)不申报,因此没有回执。请改用 --errors,或去掉 --dry-run。",
            en="A dry run files nothing, so it has no receipts. Use --errors, or leave --dry-run out.",
        )
    from shared.network.load import load_network

    settings = _settings(data, dry_run, institution)
    filer = filer_of(load_network(settings.network), institution)
    with (
        _progress(path.name, quiet=as_json) as progress,
        written(errors, Problem) as write,
        written(receipts, Receipt) as give,
    ):
        report = output.run(work(path, filer, None if dry_run else settings, write, give, progress, wait))
    _show(report, errors, as_json, dry_run)
    if report.bad:
        raise typer.Exit(output.FAILED)


async def work(
    path: Path,
    filer: Filer,
    settings: "Settings | None",
    write: Callable[[Problem], None] = lambda problem: None,
    give: Callable[[Receipt], None] = lambda receipt: None,
    progress: Progress = lambda share: None,
    wait_s: float = 0,
) -> Report:
    """Check all rows of a file and file the good ones.

    Args:
        path: The file.
        filer: Who files, when and where.
        settings: Where Kafka is; ``None`` to file nothing.
        write: Gets each problem.
        give: Gets the receipt of each row, in the order of the table, once its answer is there.
        progress: Gets the share that is done.
        wait_s: How long no answer may come before the rest are receipted without, seconds.

    Raises:
        SuyuanError: The file cannot be read, or Kafka is away; what was filed so far stays filed.
    """
    from cli.tables import rows

    report = Report()
    ledger = Ledger(report.outcomes, give)

    def problems(found: list[Problem]) -> None:
        ledger.refused(found)
        for problem in found:
            write(problem)

    good = checked(rows(path), filer, report, problems, progress)
    if settings is None:
        for _ in good:
            report.filed += 1
        return report
    from shared.runtime.serve.client import MessageSender

    source = f"/institutions/{filer.institution}"
    sending = MessageSender(settings, source=source, linger_ms=5)
    async with Answers(settings, filer.institution, wait_s) as answers, sending as sender:
        try:
            while chunk := list(itertools.islice(good, IN_FLIGHT)):
                await asyncio.gather(*(sender.filing(filing, id=filing_id(filing)) for _, filing in chunk))
                report.filed += len(chunk)
                ledger.sent({filing_id(one): (row, one.reference) for row, one in chunk})
                ledger.answered(await answers.of(ledger.ids, wait=False))
            ledger.answered(await answers.of(ledger.ids, wait=True))
        finally:
            ledger.close()
    return report


def checked(
    rows: "Iterable[Row]",
    filer: Filer,
    report: Report,
    refuse: Callable[[list[Problem]], None],
    progress: Progress,
) -> "Iterator[tuple[int, FileDispute]]":
    """Yield the good rows, number and filing; count all, and name what is wrong with the others."""
    from shared.contracts.faults import FieldFault

    seen: set[str] = set()
    for row in rows:
        report.rows += 1
        filing, wrong = check(row, filer)
        if filing is not None and filing.reference in seen:
            filing, wrong = None, [FieldFault(code="row.duplicate", field="reference")]
        progress(row.done)
        if filing is not None:
            seen.add(filing.reference)
            yield row.number, filing
            continue
        report.bad += 1
        reference = reference_of(row)
        found = [problem(row.number, reference, one) for one in dict.fromkeys(wrong)]
        refuse(found)
        report.problems += found[: REMEMBERED - len(report.problems)]


def check(row: "Row", filer: Filer) -> "tuple[FileDispute | None, list[FieldFault]]":
    """Return the filing of a row, or all that is wrong with it, by column.

    What intake would return is named here already, by the same rules.
    """
    from pydantic import ValidationError

    from cli import columns
    from services.intake.rules import BOOK, other_sum, reasons_to_return
    from shared.contracts.faults import FieldFault, faults_of, not_the_sum
    from shared.contracts.intake import FileDispute

    wrong = [FieldFault(code=code, field=column) for column, code in row.wrong]
    named = columns.by_path if row.content is None else str
    if row.content is None:
        content, found = columns.filing_of(row.cells, filer.institution) if row.cells else ({}, [])
        wrong += found
    else:
        content = {"institution": filer.institution, **row.content}
        if content["institution"] != filer.institution:
            wrong.append(FieldFault(code="filing.wrong_institution", field="institution"))
    if wrong:
        return None, wrong
    try:
        filing = FileDispute.model_validate_json(json.dumps(content))
    except ValidationError as error:
        return None, [
            one.model_copy(update={"field": named(one.field)}) for one in faults_of(error, FileDispute)
        ]
    rules = BOOK.now.elements
    returned = reasons_to_return(
        filing, party_named=filing.party is not None, today=filer.today, court=filer.court, rules=rules
    )
    wrong = [FieldFault(code=one.code, field=named(one.field)) for one in returned]
    if (parts := other_sum(filing, rules)) is not None:
        sums = not_the_sum(named("claim_fen"), filing.claim_fen, parts)
        wrong = [sums if one.code == sums.code else one for one in wrong]
    return (None, wrong) if wrong else (filing, [])


def filing_id(filing: "FileDispute") -> str:
    """Return the id of a filing: the same whenever the same is filed again."""
    parts = [filing.institution, filing.reference]
    if filing.amends:  # an amendment is another filing than the one that it corrects
        parts.append(filing.model_dump_json())
    return IDS + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def filer_of(network: "Network", institution: str) -> Filer:
    """Return who files today in a network.

    Raises:
        WrongUse: ``filing.unknown_institution``.
    """
    if network.institution(institution) is None:
        raise WrongUse(
            code="filing.unknown_institution",
            zh=f"网络 {network.id} 中没有机构 {institution}。请核对 --institution。",
            en=f"The network {network.id} has no institution {institution}. Check --institution.",
        )
    return Filer(institution, _today(), network.court.code)


def header_line(language: str) -> str:
    """Return the header of an empty table, with the mark by which spreadsheets know UTF-8."""
    from cli.columns import COLUMNS

    return "\ufeff" + ",".join(column.zh if language == "zh" else column.name for column in COLUMNS)


def _settings(data: Path | None, dry_run: bool, institution: str) -> "Settings":
    """Return the settings; a dry run needs no platform, only the network file."""
    if dry_run and not connection.by_environment(data) and connection.read(data) is None:
        from shared.runtime.base.settings import Settings

        return Settings()
    return connection.settings(None, data, user=institution)


def _today() -> date:
    from shared.casework.calendar import local_day

    return local_day(datetime.now(UTC))


def problem(row: int, reference: str, fault: "FieldFault") -> Problem:
    """Return what is wrong with a row, in words; a reference that may name a person is left out."""
    from shared.contracts.faults import sentences
    from shared.contracts.persons import holds_id_number

    words = sentences(fault)
    if holds_id_number(reference):
        reference = ""
    return Problem(row, reference, fault.field, fault.code, words.zh, words.en)


@contextmanager
def _progress(name: str, *, quiet: bool) -> Iterator[Progress]:
    if quiet or not output.err.is_terminal:
        yield lambda share: None
        return
    from rich.progress import Progress as Bar

    with Bar(console=output.err, transient=True) as bar:
        task = bar.add_task(name, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _show(report: Report, errors: Path | None, as_json: bool, dry_run: bool) -> None:
    if as_json:
        output.show({"dry_run": dry_run, **asdict(report)})
        return
    if report.problems:
        view = output.view()
        rows = [{**asdict(one), "said": view.told(one.zh, one.en)} for one in report.problems[:SHOWN]]
        output.draw(declared.PROBLEMS, rows, f"{report.bad}")
        left = len(report.problems) - SHOWN
        if left > 0:
            where = f": {errors}" if errors else ": --errors FILE.csv"
            output.line(output.told(f"另有 {left} 项", f"{left} more") + where)
    if report.bad:
        output.line(_advice(dry_run))
    word = output.told("可申报", "Would be filed") if dry_run else output.told("已申报", "Filed")
    output.line(f"{word}: {report.filed} / {report.rows}")
    if not dry_run:
        output.line(output.told("，", ", ").join(told(report.outcomes)))


def _advice(dry_run: bool) -> str:
    """Return what to do about bad rows: none of them was filed, so none of them needs an amendment."""
    if dry_run:
        return output.told(
            "试运行,未申报任何行。改正后再试;无误后去掉 --dry-run。",
            "A dry run: nothing was filed. Correct the rows and try again; then leave --dry-run out.",
        )
    return output.told(
        "有问题的行未申报。改正后再申报同一文件,已申报的行不会重复。",
        "Bad rows were not filed. Correct them and file the table again; the others are not filed twice.",
    )
