"""How a referral of a systemic issue is explored."""

from collections.abc import Hashable, Iterable
from datetime import timedelta

from services.alerts.referral import Referral
from shared.casework.calendar import local_day
from shared.casework.case_ids import referral_id
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, ContactMeans
from shared.contracts.referrals import (
    AcknowledgeReferral,
    AlertReferred,
    AnswerReferral,
    ExtendReferral,
    RecordReferralAnswer,
    ReferralOutcome,
    ReferralReplaces,
    WithdrawReferral,
)
from tests.support.explore import Reached, Sample, Walk, everybody
from tests.unit.alerts import mother as alerts

OTHER = referral_id("financial-regulator", "2026-2")


def referred(n: int = 0, **changes: object) -> AlertReferred:
    """The alert of the n-th week comes to its referral."""
    recipient = changes.get("recipient", "financial-regulator")
    fields = dict(alerts.refer(n)) | {
        "recipient_kind": alerts.RECIPIENTS[str(recipient)],
        "referral": alerts.REFERRAL,
        "institution": "ccb",
        "cause": Cause.CREDIT_CARD,
        "issue": alerts.ISSUE,
        "count": 12,
    }
    return AlertReferred.model_validate(fields | changes)


def answers() -> Iterable[AnswerReferral]:
    """Each outcome, with all that it needs, and each without."""
    for outcome in ReferralOutcome:
        yield AnswerReferral(referral_outcome=outcome, measures="修订提示", grounds="费率合规")
        yield AnswerReferral(referral_outcome=outcome)


def _letter(reached: Reached) -> RecordReferralAnswer:
    """One that came today."""
    return RecordReferralAnswer(
        referral_outcome=ReferralOutcome.ACCEPTED,
        measures="修订提示",
        received_on=local_day(reached.at),
        means=ContactMeans.POST,
    )


def _hears(reached: Reached) -> Iterable[Sample]:
    yield Sample(referred())
    yield Sample(referred(1))
    yield Sample(ReferralReplaces(referral=OTHER, replaces=alerts.REFERRAL))
    for actor in _ACTORS:
        yield Sample(AcknowledgeReferral(), actor)
        yield from (Sample(one, actor) for one in answers())
        yield Sample(_letter(reached), actor)
        yield Sample(ExtendReferral(remark="需会商"), actor)
        yield Sample(WithdrawReferral(remark="已解决"), actor)


_ACTORS = (
    *everybody(("ccb", "abc"), ("p-1",)),
    alerts.REGULATOR,
    Actor("banking-association", "p-association-1", "recipient_agent"),
)


def _phase(state: Referral) -> Hashable:
    return (
        len(state.alerts),
        bool(state.extended),
        state.acknowledged_at is not None,
        state.reminded,
        state.missed_at is not None,
        state.referral_outcome,
        state.timely,
        bool(state.withdrawn),
        bool(state.superseded_by),
    )


def _label(state: Referral | None) -> str:
    if state is None:
        return ""
    if state.over:
        if state.answered_at is not None:
            return "已答复 answered"
        return "已撤回 withdrawn" if state.withdrawn else "已被替代 superseded"
    if state.missed_at is not None:
        return "逾期未答 overdue"
    return "期限将至 soon due" if state.reminded else "待答复 awaited"


REFERRAL = Walk(
    "系统性问题移送 · a systemic issue with its recipient",
    alerts.made(referral_days=10, extension_days=5, reminder_days=2).referral,
    alerts.REFERRAL,
    alerts.in_week(1) + timedelta(hours=1),
    _hears,
    _ACTORS,
    _phase,
    _label,
)
