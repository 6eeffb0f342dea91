"""Rows of tables, and what becomes of them, as the tests of bulk filing share them."""

from datetime import date, datetime
from typing import Any

from cli import tables
from cli.file import Filer, check
from shared.contracts.intake import FileDispute

FILER = Filer("ccb", date(2025, 3, 3), "京0106")
CARD = {
    "reference": "R-1",
    "cause": "信用卡纠纷",
    "issue": "逾期",
    "claim_yuan": "12,500.00",
    "party_name": "张小三",
    "party_id_number": "11010119900101001X",
    "as_of": "2025-01-31",
    "principal_yuan": "10000",
    "interest_yuan": "2500",
    "overdue_since": "2024年6月1日",
    "terms_prompted": "是",
    "contract_basis": "领用合约",
}
LEASE = {
    "reference": "R-2",
    "cause": "finance_lease",
    "issue": "rent",
    "claim_yuan": 3000,
    "party_name": "某公司",
    "party_id_number": "91110000100000000A",
    "as_of": datetime(2025, 1, 31),  # noqa: DTZ001 - a cell has no zone
    "lease_claim": "全部租金",
    "rent_due_yuan": 1000.5,
    "rent_not_due_yuan": 1999.5,
    "purchase_price_yuan": 0,
    "damages_yuan": 0,
    "periods_unpaid": 3.0,
    "leased_object": "excavator",
    "contract_basis": "lease 7",
}


def row(cells: dict[str, Any]) -> tables.Row:
    return tables.Row(2, cells)


def filed(cells: dict[str, Any]) -> FileDispute:
    filing, wrong = check(row(cells), FILER)
    assert wrong == []
    assert filing is not None
    return filing


def refused(cells: dict[str, Any]) -> list[tuple[str, str]]:
    filing, wrong = check(row(cells), FILER)
    assert filing is None
    return [(one.field, one.code) for one in wrong]
