"""How an agreement is performed, as the portal tells it."""

from datetime import UTC, date, datetime

from services.portal.cases import CaseView
from services.portal.handlers import TIMELINE
from services.portal.views import agreement
from shared.contracts.agreements import AgreementDrafted
from shared.contracts.message import Event
from shared.contracts.performance import (
    AgreementDefaulted,
    AgreementPerformed,
    EnforcementOpened,
    InstalmentDeadline,
    InstalmentsScheduled,
    ObjectionSettled,
    RepaymentRecorded,
)
from shared.contracts.quick_decisions import QuickDecisionIssued, QuickDecisionRejected
from shared.contracts.terms import DecisionReason
from tests.unit.portal.mother import COURT, DIGEST, MEDIATION, opened, received

DECISION = QuickDecisionIssued(
    digest=DIGEST,
    amount_fen=0,
    decision_reasons=(DecisionReason.NO_FAULT,),
    text_version="decision-2026.1",
    accept_by=datetime(2028, 3, 1, tzinfo=UTC),
)
AT = datetime(2028, 3, 1, tzinfo=UTC)
SCHEDULED = InstalmentsScheduled(deadlines=(InstalmentDeadline(pay_by=AT),))
DEFAULTED = AgreementDefaulted(due_fen=50, open_fen=50, last_pay_by=AT)
BEGUN = (opened(), AgreementDrafted(digest=DIGEST, amount_fen=100), SCHEDULED)


def paid(open_fen: int) -> RepaymentRecorded:
    return RepaymentRecorded(
        payment=DIGEST, paid_on=date(2028, 1, 1), paid_fen=50, counted_fen=50, open_fen=open_fen
    )


def settled(open_fen: int) -> ObjectionSettled:
    return ObjectionSettled(payment=DIGEST, counted_fen=0, open_fen=open_fen)


def told(*events: Event) -> tuple[str, int]:
    """What the portal says after these: how it stands, and what is unpaid."""
    view: CaseView | None = None
    assert TIMELINE.absorb is not None
    for number, event in enumerate((*BEGUN, *events), 1):
        source = COURT if isinstance(event, EnforcementOpened) else MEDIATION
        view = TIMELINE.absorb(view, received(event, source, number))
    assert view is not None
    return view.performance, view.unpaid_fen


def test_with_its_clocks_it_is_being_performed_and_all_is_unpaid() -> None:
    assert told() == told(SCHEDULED) == ("running", 100)


def test_what_is_paid_is_unpaid_no_more() -> None:
    assert told(paid(50)) == ("running", 50)
    assert told(paid(0), AgreementPerformed()) == ("performed", 0)


def test_a_payment_that_is_taken_out_opens_it_again_and_one_that_stands_does_not() -> None:
    done = (paid(0), AgreementPerformed())
    assert told(*done, settled(50)) == ("running", 50)
    assert told(*done, settled(0)) == ("performed", 0)
    assert told(DEFAULTED, *done, settled(50)) == ("in_default", 50)


def test_in_default_until_all_is_paid() -> None:
    assert told(DEFAULTED) == ("in_default", 50)
    assert told(DEFAULTED, SCHEDULED, paid(0), AgreementPerformed()) == ("performed", 0)


def test_who_answers_a_decision_is_shown_its_digest_and_reasons_and_until_when() -> None:
    assert TIMELINE.absorb is not None
    view = TIMELINE.absorb(None, received(DECISION, MEDIATION, 1))
    assert view.accept_by.startswith("2028-03-01")
    shown = agreement({**view.model_dump(), "_id": "sy1x"})
    assert shown is not None
    assert (shown["digest"], shown["reasons"]) == (DIGEST, ["no_fault"])
    after = TIMELINE.absorb(view, received(QuickDecisionRejected(), MEDIATION, 2))
    assert agreement({**after.model_dump(), "_id": "sy1x"}) is None
    assert after.accept_by == ""
