"""The columns of a bulk filing: names in both languages, and how a cell becomes a field.

A table has one row per dispute. Amounts stand in yuan, dates as 2025-01-31 or 2025/1/31. A column that a
cause does not know stays empty in its rows. Column names may be English or Chinese, in any order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import BaseModel

from shared.contracts.declared import fields_of
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause, LeaseClaim

Cell = str | int | float | bool | date | datetime | None
"""What a table may hold; a CSV file holds texts only."""


class BadCell(Exception):
    """A cell that does not hold what its column says; ``code`` names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: English name, the one in reports.
        zh: Chinese name.
        path: Where its value stands in a filing, dots between; ``*`` is the block of the row's cause.
        read: Makes the value of a cell that is not empty.
        causes: The causes that know it; empty for all.
    """

    name: str
    zh: str
    path: str
    read: Callable[[Cell], Any]
    causes: tuple[str, ...] = ()


def text(cell: Cell) -> str:
    """Read a text; a number of more than 15 digits has already lost some in the table."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_text")
    if isinstance(cell, int | float):
        if not abs(cell) < 10**15 or cell != int(cell):  # NaN is below nothing
            raise BadCell("cell.not_text")
        return str(int(cell))
    return str(cell).strip()


def yuan(cell: Cell) -> int:
    """Read an amount in yuan, two decimals at most; give it in fen."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_amount")
    plain = re.sub(r"[,，¥￥元\s]", "", str(cell))
    try:
        fen = Decimal(plain) * 100
    except InvalidOperation:
        raise BadCell("cell.not_amount") from None
    if not fen.is_finite() or fen != fen.to_integral_value() or fen < 0 or fen > 10**15:
        raise BadCell("cell.not_amount")
    return int(fen)


def whole(cell: Cell) -> int:
    """Read a whole number."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_number")
    match = re.fullmatch(r"(\d{1,9})(\.0+)?", str(cell).strip())
    if match is None:
        raise BadCell("cell.not_number")
    return int(match[1])


def rate(cell: Cell) -> str:
    """Read a yearly rate in percent."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_number")
    plain = str(cell).strip().removesuffix("%").removesuffix("％").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", plain):
        raise BadCell("cell.not_number")
    return plain


def day(cell: Cell) -> str:
    """Read a date; give it in ISO form."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", str(cell).strip())
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        raise BadCell("cell.not_date") from None


_YES_NO: Final = {
    **dict.fromkeys(("是", "yes", "y", "true", "1", "有", "同意"), True),
    **dict.fromkeys(("否", "no", "n", "false", "0", "无", "不同意"), False),
}


def yes_no(cell: Cell) -> bool:
    """Read yes or no."""
    if isinstance(cell, bool):
        return cell
    try:
        return _YES_NO[str(cell).strip().lower()]
    except KeyError:
        raise BadCell("cell.not_yes_no") from None


def _word(words: Mapping[str, str]) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        try:
            return words[str(cell).strip()]
        except KeyError:
            raise BadCell("cell.unknown_word") from None

    return read


_CAUSES: Final = {
    **{cause.value: cause.value for cause in Cause},
    **dict.fromkeys(("信用卡纠纷", "信用卡"), "credit_card"),
    **dict.fromkeys(("金融借款合同纠纷", "借款"), "loan"),
    **dict.fromkeys(("融资租赁合同纠纷", "融资租赁"), "finance_lease"),
    **dict.fromkeys(("金融消费投诉", "投诉"), "complaint"),
}
_CLAIMS: Final = {
    **{claim.value: claim.value for claim in LeaseClaim},
    **dict.fromkeys(("全部租金", "租金"), "rent"),
    **dict.fromkeys(("解除合同", "解除"), "termination"),
}
_CARD, _LOAN, _LEASE, _COMPLAINT = ("credit_card",), ("loan",), ("finance_lease",), ("complaint",)
_MONEY = _CARD + _LOAN + _LEASE

COLUMNS: Final[tuple[Column, ...]] = (
    Column("reference", "编号", "reference", text),
    Column("cause", "案由", "cause", _word(_CAUSES)),
    Column("issue", "争议事项", "issue", text),
    Column("product", "产品", "product", text),
    Column("claim_yuan", "标的额（元）", "claim_fen", yuan),
    Column("party_name", "被申请人", "party.name", text),
    Column("party_id_number", "证件号码", "party.id_number", text),
    Column("party_phone", "电话", "party.phone", text),
    Column("party_address", "地址", "party.address", text),
    Column("party_account", "账号", "party.account", text),
    Column("explanation_version", "释明版本", "prior.explanation.content_version", text),
    Column("explanation_channel", "释明渠道", "prior.explanation.channel", text),
    Column("respondent_consent", "被申请人同意调解", "prior.respondent_consent", yes_no),
    Column("amends", "更正", "amends", yes_no),
    Column("as_of", "计算截止日", "elements.*.as_of", day, _MONEY),
    Column("contract_basis", "合同依据", "elements.*.contract_basis", text, _MONEY),
    Column("principal_yuan", "本金（元）", "elements.*.principal_fen", yuan, _CARD + _LOAN),
    Column("interest_yuan", "利息（元）", "elements.*.interest_fen", yuan, _CARD + _LOAN),
    Column("penalty_yuan", "违约金（元）", "elements.*.penalty_fen", yuan, _CARD + _LOAN),
    Column("fees_yuan", "费用（元）", "elements.*.fees_fen", yuan, _CARD),
    Column("overdue_since", "逾期日", "elements.*.overdue_since", day, _CARD + _LOAN),
    Column("terms_prompted", "格式条款已提示", "elements.*.terms_prompted", yes_no, _CARD),
    Column("annual_rate", "年利率（%）", "elements.*.annual_rate", rate, _LOAN),
    Column("disbursed_on", "放款日", "elements.*.disbursed_on", day, _LOAN),
    Column("accelerated", "提前到期", "elements.*.accelerated", yes_no, _LOAN),
    Column("lease_claim", "租赁主张", "elements.*.claim", _word(_CLAIMS), _LEASE),
    Column("rent_due_yuan", "到期租金（元）", "elements.*.rent_due_fen", yuan, _LEASE),
    Column("rent_not_due_yuan", "未到期租金（元）", "elements.*.rent_not_due_fen", yuan, _LEASE),
    Column("purchase_price_yuan", "留购价款（元）", "elements.*.purchase_price_fen", yuan, _LEASE),
    Column("damages_yuan", "损失赔偿（元）", "elements.*.damages_fen", yuan, _LEASE),
    Column("rent_total_yuan", "租金总额（元）", "elements.*.rent_total_fen", yuan, _LEASE),
    Column("periods_unpaid", "欠付期数", "elements.*.periods_unpaid", whole, _LEASE),
    Column("demanded_on", "催告日", "elements.*.demanded_on", day, _LEASE),
    Column("terminated_on", "解除日", "elements.*.terminated_on", day, _LEASE),
    Column("leased_object", "租赁物", "elements.*.leased_object", text, _LEASE),
    Column("complaint_product", "投诉产品", "elements.*.product", text, _COMPLAINT),
    Column("sub_issue", "投诉细项", "elements.*.sub_issue", text, _COMPLAINT),
    Column("complaint_channel", "投诉渠道", "elements.*.channel", text, _COMPLAINT),
)
NEEDED: Final = ("reference", "cause", "issue")
"""Columns that a table cannot do without."""

_BY_HEADER: Final = {
    _key: column
    for column in COLUMNS
    for _key in (column.name, column.zh.replace("（", "(").replace("）", ")"))
}


def by_header(header: str) -> Column | None:
    """Give the column of a header, English or Chinese; ``None`` for a header that nobody knows."""
    plain = re.sub(r"\s", "", header).replace("（", "(").replace("）", ")").removeprefix("\ufeff")
    return _BY_HEADER.get(plain) or _BY_HEADER.get(plain.lower())


def by_path(path: str) -> str:
    """Give the column that an error's path in a filing speaks of; the path itself where none does."""
    parts = path.split(".")
    if parts[0] == "elements" and len(parts) > 2:
        parts[1] = "*"
        for column in COLUMNS:
            if column.path == ".".join(parts) and (not column.causes or path.split(".")[1] in column.causes):
                return column.name
    for column in COLUMNS:
        if column.path == path or column.path.startswith(path + "."):
            return column.name
    return path


def filing_of(cells: Mapping[str, Cell], institution: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Make the content of a filing of a row's cells.

    Args:
        cells: By column name; an empty cell may be left out.
        institution: Who files.

    Returns:
        The content as JSON has it, and what is wrong: (column, code).
    """
    content: dict[str, Any] = {"institution": institution}
    wrong: list[tuple[str, str]] = []
    values = dict(_values(cells, wrong))
    cause = values.get("cause", "")
    for column in COLUMNS:
        if column.name not in values:
            if column.name in NEEDED and not any(name == column.name for name, _ in wrong):
                wrong.append((column.name, "cell.missing"))
        elif column.causes and cause and cause not in column.causes:
            wrong.append((column.name, "element.wrong_cause"))
        elif cause or "*" not in column.path:
            _put(content, column.path.replace("*", cause), values[column.name])
    return content, wrong


def _values(cells: Mapping[str, Cell], wrong: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    for column in COLUMNS:
        cell = cells.get(column.name)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        try:
            yield column.name, column.read(cell)
        except BadCell as bad:
            wrong.append((column.name, bad.code))


def _put(content: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        content = content.setdefault(name, {})
    content[last] = value


def paths() -> set[str]:
    """Return every field of a filing that a table must have a column for, blocks as ``*``."""

    def walk(model: type[BaseModel], prefix: str) -> Iterator[str]:
        for name, field in fields_of(model).items():
            if field.part is None:
                yield prefix + name
            else:
                yield from walk(field.part, f"{prefix}{'*' if prefix == 'elements.' else name}.")

    return set(walk(FileDispute, "")) - {"institution"}
