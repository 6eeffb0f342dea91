"""`suyuan template`: an empty table for one cause, with headings, an example and notes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import output
from cli.columns import COLUMNS, Column, heading
from cli.output import AsJson, WrongUse
from cli.tables import EXAMPLE, NOTE
from shared.contracts.kinds import Cause
from shared.contracts.words import Unit
from shared.runtime.serve.sheets import Writer, guarded

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ROWS: Final = 10_000
"""Rows of a sheet in which a coded cell offers its words."""
_MONEY: Final[dict[str, Any]] = {
    "party_name": "张某某",
    "party_id_number": "SAMPLE-0001",
    "as_of": "2025-01-31",
    "forum": "无约定",
    "region": "110106",
    "evidence": "合同或领用合约、账单或流水",
    "overdue_since": "2024-06-01",
}
_DEBT: Final = {**_MONEY, "claim_yuan": "12500.00", "principal_yuan": "10000.00", "interest_yuan": "2500.00"}
EXAMPLES: Final[dict[Cause, dict[str, Any]]] = {
    Cause.CREDIT_CARD: {
        **_DEBT,
        "issue": "overdue_principal",
        "product": "credit card",
        "interest_from": "2023-06-01",
        "terms_prompted": "是",
        "prompted_on": "2020-03-01",
        "prompted_where": "线上页面",
        "contract_basis": "领用合约第 7 条",
    },
    Cause.LOAN: {
        **_DEBT,
        "issue": "overdue_principal",
        "product": "personal loan",
        "annual_rate": "7.2",
        "disbursed_on": "2022-01-05",
        "repayment_method": "等额本息",
        "accelerated": "否",
        "contract_basis": "借款合同第 3 条",
    },
    Cause.FINANCE_LEASE: {
        **_MONEY,
        "issue": "rent_arrears",
        "product": "vehicle lease",
        "claim_yuan": "3000.00",
        "lease_claim": "全部租金",
        "rent_due_yuan": "1000.50",
        "rent_not_due_yuan": "1999.50",
        "purchase_price_yuan": "0",
        "damages_yuan": "0",
        "rent_total_yuan": "9000.00",
        "periods_unpaid": "3",
        "leased_object": "轻型货车一辆",
        "contract_basis": "融资租赁合同第 9 条",
    },
    Cause.COMPLAINT: {
        "issue": "fees_not_prompted",
        "product": "credit card",
        "complaint_channel": "手机应用",
    },
}
"""A complete filing of each cause; the row is marked, so it is never filed. Persons are invented."""


def template(
    cause: Annotated[
        str, typer.Argument(metavar="CAUSE", help="案由,代码或名称 / the cause, by code or word")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="XLSX 或 CSV 文件 / the file; else CAUSE.xlsx here", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """按案由写出申报模板:中英表头、示例、取值说明 / write the table of a cause, with an example."""
    from cli import telling

    code = telling.code_of("cause", cause)
    assert code is not None
    chosen = Cause(code)
    path = out or Path(f"{chosen.value}.xlsx")
    write = {".xlsx": _xlsx, ".csv": _csv}.get(path.suffix.lower())
    if write is None:
        raise WrongUse(
            code="template.unknown_kind",
            zh=f"不能写出 {path.suffix or '无后缀'} 文件。请使用 .xlsx 或 .csv。",
            en=f"A file of kind {path.suffix or '(none)'} is not written. Use .xlsx or .csv.",
        )
    if path.exists():
        raise WrongUse(
            code="template.exists",
            zh=f"{path} 已存在,不覆盖。请用 --out 另取名称。",
            en=f"{path} is there already and is not written over. Choose another name with --out.",
        )
    write(path, chosen)
    if as_json:
        output.show({"file": str(path), "cause": chosen.value, "columns": len(columns_of(chosen))})
    else:
        output.line(
            output.told(
                f"已写出 {path}。填写后用 suyuan file 申报;示例行与说明行不会申报。",
                f"Wrote {path}. Fill it in, then suyuan file; its example and notes are not filed.",
            )
        )


def columns_of(cause: Cause) -> list[Column]:
    """Return the columns of a cause: those of every filing, then its own, what must be filled first."""
    own = [one for one in COLUMNS if not one.causes or cause.value in one.causes]
    must = _needed(cause)
    return sorted(own, key=lambda one: (one.name != "reference", one.name not in must))


def example(cause: Cause) -> dict[str, Any]:
    """Return the cells of the example row."""
    return {"reference": EXAMPLE, "cause": cause.zh, **EXAMPLES[cause]}


def note(column: Column, cause: Cause) -> str:
    """Return what may stand in a column, in both languages."""
    field, lines = column.field, []
    if column.name in _needed(cause):
        lines.append("必填 needed")
    if field.codes is not None:
        lines.append("多选,用顿号分隔 several, commas between" if field.many else "取值 one of")
        lines += [f"{one.value} {one.zh} {one.en}" for one in field.codes]
    elif field.unit is Unit.FEN:
        lines.append("元,最多两位小数 yuan, two decimals at most")
    elif field.unit is Unit.PERCENT:
        lines.append("百分比 percent a year")
    elif field.holds is date:
        lines.append("日期 date: 2025-01-31")
    elif field.holds is bool:
        lines.append("是 或 否 yes or no")
    elif field.holds is int:
        lines.append("整数 a whole number")
    else:
        lines.append("文本 text")
    return "; ".join(lines)


def _needed(cause: Cause) -> set[str]:
    """Return the columns without which a filing of a cause comes back."""
    from services.intake.rules import BOOK

    rules = BOOK.now.elements
    fields = {"reference", "cause", "issue", *(f"elements.*.{name}" for name in rules.required[cause])}
    if cause in rules.party:
        fields |= {"claim_fen", "party.name", "party.id_number"}
    return {one.name for one in COLUMNS if one.path in fields}


def _rows(cause: Cause) -> Iterator[list[Any]]:
    """Yield the heading, the notes and the example."""
    columns, shown = columns_of(cause), example(cause)
    yield [heading(one) for one in columns]
    yield [f"{NOTE} {note(one, cause)}" if one.name == "reference" else note(one, cause) for one in columns]
    yield [shown.get(one.name, "") for one in columns]


def _csv(path: Path, cause: Cause) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        Writer(file).rows(_rows(cause))


def _xlsx(path: Path, cause: Cause) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = cause.zh
    for row in _rows(cause):
        sheet.append([guarded(cell) for cell in row])
    _dress(sheet, cause)
    book.save(path)


def _dress(sheet: "Worksheet", cause: Cause) -> None:
    """Make every cell a text, so that no reference or id number loses digits; let coded cells offer words."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    grey = Font(color="808080", italic=True)
    for number, column in enumerate(columns_of(cause), 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].number_format = "@"
        sheet.column_dimensions[letter].width = 24
        sheet.cell(1, number).font = Font(bold=True)
        for row in (2, 3):
            sheet.cell(row, number).font = grey
            sheet.cell(row, number).number_format = "@"
        sheet.cell(2, number).alignment = Alignment(wrap_text=True, vertical="top")
        codes = column.field.codes
        if codes is not None and not column.field.many:
            words = f'"{",".join(one.zh for one in codes)}"'
            offered = DataValidation("list", formula1=words, allow_blank=True, showErrorMessage=False)
            offered.add(f"{letter}4:{letter}{ROWS}")
            sheet.add_data_validation(offered)
    sheet.freeze_panes = "B2"
