"""The reference scenario: what institutions, parties and mediators do over three years, by a seed.

Pure: the same seed and network give the same plan. The plan says what people do, not what comes of
it: the figures are the program's own, counted from its events. What people do is chosen so that the
figures of the public arrangement must come out: 1,319 disputes mediated, 125 settled, CNY
71,979,200.00 settled. Every name and number of a person is invented.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shared.casework.calendar import SHANGHAI
from shared.casework.case_ids import case_id
from shared.contracts.claims import LeaseClaim
from shared.contracts.elements import (
    CreditCardElements,
    Elements,
    FinanceLeaseElements,
    LoanElements,
    PersonalData,
)
from shared.contracts.intake import Explanation, FileDispute, PriorSteps
from shared.contracts.kinds import Cause, End, Way

FIRST_MONDAY = date(2023, 1, 2)
WEEKS = 156
CLOSING = datetime(2026, 4, 1, tzinfo=SHANGHAI)
"""When the last look at all clocks is taken: after every period and every court delay."""

SETTLED_FEN = 7_197_920_000
"""化解标的额: what was claimed in the disputes that were settled; the agreements are for less."""
ENDS = {
    End.AGREEMENT: 125,
    End.SETTLED_OR_WITHDRAWN: 96,
    End.UNREACHABLE: 331,
    End.PARTY_UNWILLING: 402,
    End.LARGE_DIVERGENCE: 158,
    End.EXPIRED: 127,
    End.REFUSED_TO_SIGN: 41,
    End.OTHER: 39,
}
CONSENT_REFUSED = 214
_APPLIED_EACH = 5
"""One in so many disputes is applied for by the institution; the court delegates the others."""
RETURNED_FOR_GOOD = 128
RETURNED_THEN_AMENDED = 40
FILED_TWICE = 60

_ISSUES = {
    Cause.CREDIT_CARD: (
        "overdue_principal",
        "fees_not_prompted",
        "instalment_fee",
        "unauthorised_use",
        "collection_conduct",
    ),
    Cause.LOAN: ("overdue_principal", "rate_dispute", "early_repayment_fee", "collection_conduct"),
    Cause.FINANCE_LEASE: ("rent_arrears", "object_defect", "repossession"),
}
_PRODUCTS = {
    Cause.CREDIT_CARD: "credit card",
    Cause.LOAN: "personal loan",
    Cause.FINANCE_LEASE: "vehicle lease",
}
_DISTRICTS = ("110106", "110102", "110105", "110108", "110111", "110115", "110112")
"""Of Beijing, by GB/T 2260; Fengtai first."""
_MARKET: tuple[tuple[str, Cause, int], ...] = (
    ("ccb", Cause.CREDIT_CARD, 26),
    ("ccb", Cause.LOAN, 10),
    ("abc", Cause.CREDIT_CARD, 18),
    ("abc", Cause.LOAN, 9),
    ("bank-c", Cause.CREDIT_CARD, 10),
    ("bank-d", Cause.LOAN, 6),
    ("consumer-finance-a", Cause.LOAN, 13),
    ("lessor-a", Cause.FINANCE_LEASE, 8),
)
_SURGES: tuple[tuple[str, Cause, str, int, int], ...] = (
    ("ccb", Cause.CREDIT_CARD, "fees_not_prompted", 41, 12),
    ("abc", Cause.CREDIT_CARD, "collection_conduct", 77, 10),
    ("consumer-finance-a", Cause.LOAN, "rate_dispute", 103, 14),
    ("lessor-a", Cause.FINANCE_LEASE, "repossession", 128, 9),
)
"""Institution, cause, issue, week and how many more disputes that week brings: what alerts are for."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = ("甲", "乙", "丙", "丁", "子青", "子白", "子玄", "子朱")


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one dispute, as far as people decide it.

    Attributes:
        case: Its case id.
        number: Serial of its 诉前调 number, where the court delegates it.
        filing: What the institution files first.
        at: When.
        again: Whether it sends the same filing once more.
        amended: The corrected filing after a return; ``None`` where none follows.
        consents: Whether the respondent consents; irrelevant for a filing returned for good.
        rounds: What each designated mediator does: ``accept``, ``decline`` or ``silent``.
        end: How the mediation ends; ``None`` where there is none.
        amount_fen: Amount of the agreement, where one is drafted.
        pace: 0 to 1: how fast its people are.
    """

    case: str
    number: int
    filing: FileDispute
    at: datetime
    again: bool
    amended: FileDispute | None
    consents: bool
    rounds: tuple[str, ...]
    end: End | None
    amount_fen: int
    pace: float

    @property
    def week(self) -> int:
        """Number of the week of the filing, from 0."""
        return (self.at.date() - FIRST_MONDAY).days // 7


def make(key: bytes, seed: int = 20260101) -> list[Plan]:
    """Return all plans, in the order of filing.

    Args:
        key: The platform's secret of case ids: who plays need not ask for them.
        seed: Another one gives other disputes.
    """
    chance = random.Random(seed)
    fates: list[End | str] = [end for end, count in ENDS.items() for _ in range(count)]
    fates += ["refused"] * CONSENT_REFUSED + ["returned"] * RETURNED_FOR_GOOD
    chance.shuffle(fates)
    slots = _slots(chance, len(fates))
    claims = _amounts(chance, ENDS[End.AGREEMENT], SETTLED_FEN)
    plans = []
    for number, (fate, slot) in enumerate(zip(fates, slots, strict=True)):
        case = case_id(key, slot.institution, _reference(number, slot))
        plan = _plan(chance, number, fate, slot, claims.pop() if fate is End.AGREEMENT else 0)
        plans.append(replace(plan, case=case))
    plans = _with_amendments(chance, plans)
    twice = set(chance.sample(range(len(plans)), FILED_TWICE))
    plans = [replace(plan, again=index in twice) for index, plan in enumerate(plans)]
    return sorted(plans, key=lambda plan: (plan.at, plan.number))


@dataclass(frozen=True, slots=True)
class _Slot:
    institution: str
    cause: Cause
    issue: str
    at: datetime


def _slots(chance: random.Random, count: int) -> list[_Slot]:
    """Say who files what and when: growing over the years, with four surges."""
    out = [
        _Slot(institution, cause, issue, _moment(chance, week))
        for institution, cause, issue, week, more in _SURGES
        for _ in range(more)
    ]
    weights = [weight for _, _, weight in _MARKET]
    while len(out) < count:
        institution, cause, _ = chance.choices(_MARKET, weights)[0]
        week = int(WEEKS * (1 - (1 - chance.random()) ** 0.8))
        issues = _ISSUES[cause]
        out.append(_Slot(institution, cause, chance.choice(issues), _moment(chance, week)))
    chance.shuffle(out)
    return out


def _moment(chance: random.Random, week: int) -> datetime:
    day = FIRST_MONDAY + timedelta(weeks=min(week, WEEKS - 1), days=chance.randrange(5))
    return datetime(
        day.year,
        day.month,
        day.day,
        chance.randrange(9, 17),
        chance.randrange(60),
        chance.randrange(60),
        tzinfo=SHANGHAI,
    )


def _amounts(chance: random.Random, count: int, total: int) -> list[int]:
    """Return amounts in fen that differ as claims do and add up to the total."""
    weights = [chance.lognormvariate(0, 0.9) for _ in range(count)]
    whole = sum(weights)
    out = [int(total * weight / whole / 100) * 100 for weight in weights]
    out[-1] += total - sum(out)
    return out


def _reference(number: int, slot: _Slot) -> str:
    return f"FT-{slot.at.year}-{number:05d}"


def _plan(chance: random.Random, number: int, fate: End | str, slot: _Slot, settled_fen: int) -> Plan:
    claim = amount = settled_fen
    if settled_fen:
        amount = int(claim * chance.uniform(0.62, 1.0))
    else:
        claim = amount = int(chance.lognormvariate(15.2, 1.0))
    # Half of the institutions' customers had the matter explained to them before the filing.
    prior = PriorSteps()
    if fate != "refused" and chance.random() < 0.5:
        explanation = Explanation(
            content_version="rights-2023", channel=chance.choice(("app", "phone", "paper"))
        )
        prior = PriorSteps(explanation=explanation)
    filing = FileDispute(
        institution=slot.institution,
        reference=_reference(number, slot),
        cause=slot.cause,
        issue=slot.issue,
        product=_PRODUCTS[slot.cause],
        region=_DISTRICTS[number % len(_DISTRICTS)],
        claim_fen=claim,
        party=_party(chance, number),
        elements=_elements(chance, slot, claim),
        prior=prior,
        way=Way.APPLIED if number % _APPLIED_EACH == 0 else Way.DELEGATED,
    )
    if fate == "returned":
        filing = _incomplete(filing)
    mediated = isinstance(fate, End)
    rounds = chance.choices((("accept",), ("decline", "accept"), ("silent", "accept")), (90, 7, 3))[0]
    return Plan(
        case="",
        number=number + 1,
        filing=filing,
        at=slot.at,
        again=False,
        amended=None,
        consents=fate != "refused",
        rounds=rounds if mediated else (),
        end=fate if isinstance(fate, End) else None,
        amount_fen=amount,
        pace=chance.random(),
    )


def _with_amendments(chance: random.Random, plans: Sequence[Plan]) -> list[Plan]:
    """Let some disputes be filed incompletely first and corrected after their return."""
    out = list(plans)
    able = [index for index, plan in enumerate(plans) if plan.end is not None]
    for index in chance.sample(able, RETURNED_THEN_AMENDED):
        plan = out[index]
        amended = plan.filing.model_copy(update={"amends": True})
        out[index] = replace(plan, filing=_incomplete(plan.filing), amended=amended)
    return out


def _incomplete(filing: FileDispute) -> FileDispute:
    block = getattr(filing.elements, filing.cause.value).model_copy(
        update={"contract_basis": None, "as_of": None}
    )
    return filing.model_copy(update={"elements": Elements(**{filing.cause.value: block})})


def _party(chance: random.Random, number: int) -> PersonalData:
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN)
    return PersonalData(name=name, id_number=f"SAMPLE-{number:08d}", phone="", address="", account="")


def _charges(claim: int, rate: int, penalty_rate: int, days: int) -> tuple[int, int]:
    """Return interest and penalty that together with their principal make the claim."""
    principal = claim * 36_500 // (36_500 + (rate + penalty_rate) * days)
    return principal * rate * days // 36_500, principal * penalty_rate * days // 36_500


def _elements(chance: random.Random, slot: _Slot, claim: int) -> Elements:
    as_of = slot.at.date() - timedelta(days=3)
    overdue = as_of - timedelta(days=chance.randrange(60, 500))
    # In percent a year, together below what courts support.
    interest, penalty = _charges(
        claim, chance.randrange(8, 18), chance.randrange(0, 5), (as_of - overdue).days
    )
    basis = "contract, art 5"
    if slot.cause is Cause.CREDIT_CARD:
        card = CreditCardElements(
            as_of=as_of,
            principal_fen=claim - interest - penalty,
            interest_fen=interest,
            penalty_fen=penalty,
            fees_fen=0,
            overdue_since=overdue,
            terms_prompted=slot.issue != "fees_not_prompted",
            contract_basis=basis,
        )
        return Elements(credit_card=card)
    if slot.cause is Cause.LOAN:
        loan = LoanElements(
            as_of=as_of,
            principal_fen=claim - interest - penalty,
            interest_fen=interest,
            penalty_fen=penalty,
            annual_rate=f"{chance.randrange(36, 236) / 10:.1f}",
            disbursed_on=overdue - timedelta(days=400),
            overdue_since=overdue,
            accelerated=chance.random() < 0.3,
            contract_basis=basis,
        )
        return Elements(loan=loan)
    terminates = slot.issue == "repossession"
    due = claim * 7 // 10
    lease = FinanceLeaseElements(
        as_of=as_of,
        claim=LeaseClaim.TERMINATION if terminates else LeaseClaim.RENT,
        rent_due_fen=due,
        rent_not_due_fen=None if terminates else claim - due,
        purchase_price_fen=None if terminates else 0,
        damages_fen=claim - due if terminates else 0,
        rent_total_fen=claim * 2,
        periods_unpaid=chance.randrange(2, 9),
        demanded_on=overdue + timedelta(days=10),
        terminated_on=overdue + timedelta(days=40) if terminates else None,
        leased_object="light van",
        contract_basis=basis,
    )
    return Elements(finance_lease=lease)
