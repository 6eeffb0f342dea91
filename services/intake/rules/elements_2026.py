"""The elements of 2026: the whole form of each cause, and what each return rests on."""

from dataclasses import replace
from typing import Final

from services.intake.rules.elements import ELEMENTS_2025, Basis
from shared.contracts.claims import LeaseClaim
from shared.contracts.kinds import Cause, ReturnGround

_ONLINE: Final = "法释〔2021〕23号"
_LEASE: Final = "法释〔2014〕3号, 法释〔2020〕17号"
_FORMS: Final = f"{_ONLINE} art 8; 法〔2024〕46号"
_TO_COMPLETE: Final = Basis(ReturnGround.TO_COMPLETE, _FORMS)
_CIVIL: Final = "民事诉讼法 (2023)"

RETURNS_2026: Final = {
    "filing.arbitration_agreed": Basis(
        ReturnGround.NOT_FOR_COURTS, f"{_ONLINE} art 9(1); {_CIVIL} art 127(2)"
    ),
    "filing.other_court_agreed": Basis(
        ReturnGround.NO_JURISDICTION, f"{_ONLINE} art 9(2); {_CIVIL} art 127(4)"
    ),
    "filing.not_online": Basis(ReturnGround.NOT_ONLINE, f"{_ONLINE} art 9(3)"),
    "element.missing": _TO_COMPLETE,
    "element.missing demanded_on": Basis(ReturnGround.TO_COMPLETE, f"{_LEASE} art 5"),
    "element.wrong_cause": _TO_COMPLETE,
    "amount.mismatch": _TO_COMPLETE,
    "amount.over_the_whole": _TO_COMPLETE,
    "date.after_filing": _TO_COMPLETE,
    "date.order": _TO_COMPLETE,
    "lease.rent_and_termination": Basis(ReturnGround.TO_COMPLETE, f"{_LEASE} art 10; 民法典 art 752"),
}

_EXTRA: Final = ("default_interest_fen", "compound_fen", "enforcement_cost_fen")

ELEMENTS_2026: Final = replace(
    ELEMENTS_2025,
    by_lease_claim={
        **ELEMENTS_2025.by_lease_claim,
        LeaseClaim.TERMINATION: ("demanded_on", "terminated_on", "damages_fen"),
    },
    more_parts={
        Cause.CREDIT_CARD: (*_EXTRA, "late_fee_fen", "handling_fee_fen"),
        Cause.LOAN: _EXTRA,
        Cause.FINANCE_LEASE: ("late_damages_fen", "enforcement_cost_fen"),
    },
    within={
        Cause.LOAN: ((("principal_fen",), "disbursed_fen"), (("disbursed_fen",), "loan_fen")),
        Cause.FINANCE_LEASE: (
            (("rent_due_fen", "rent_not_due_fen", "rent_paid_fen"), "rent_total_fen"),
            (("periods_unpaid",), "periods"),
        ),
    },
    in_order={
        Cause.CREDIT_CARD: (
            ("opened_on", "overdue_since"),
            ("overdue_since", "as_of"),
            ("interest_from", "as_of"),
            ("opened_on", "last_repaid_on"),
        ),
        Cause.LOAN: (
            ("signed_on", "disbursed_on"),
            ("disbursed_on", "due_on"),
            ("disbursed_on", "overdue_since"),
            ("disbursed_on", "last_repaid_on"),
            ("overdue_since", "accelerated_on"),
            ("overdue_since", "as_of"),
            ("interest_from", "as_of"),
        ),
        Cause.FINANCE_LEASE: (
            ("signed_on", "overdue_since"),
            ("lease_from", "lease_until"),
            ("overdue_since", "demanded_on"),
            ("overdue_since", "as_of"),
            ("demanded_on", "terminated_on"),
        ),
        Cause.COMPLAINT: (),
    },
    past=(
        *("as_of", "opened_on", "prompted_on", "signed_on", "disbursed_on", "delivered_on", "lease_from"),
        *("interest_from", "overdue_since", "last_repaid_on", "collected_on", "accelerated_on"),
        *("demanded_on", "terminated_on", "preserved_on"),
    ),
    returns=RETURNS_2026,
)
"""Source: 要素式起诉状 (法〔2024〕46号). What a court can do without is no reason to return a filing."""
