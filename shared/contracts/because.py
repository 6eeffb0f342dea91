"""Which rules make an event of a case, and which of its fields tell the days: what explains every decision.

An event whose fields name rules (screening), or whose reasons do (a return), needs no entry for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts.co_mediators import Departure, TeamGround
from shared.contracts.kinds import DeadlineKind, End, Procedure
from shared.contracts.reminders import ReminderStep
from shared.contracts.transfers import TransferGround


@dataclass(frozen=True, slots=True)
class Because:
    """Why an event of some type comes about.

    Attributes:
        rules: Ids of the rules that speak; the last decides.
        by: A field whose value says which rule decides besides.
        each: The rules by that value.
        due: The field that holds the first instant after the time that the last rule gives; empty for none.
        of: The rule whose time that is, where it is not the one that decides.
        provisional: The field that says whether a calendar may still move it.
    """

    rules: tuple[str, ...] = ()
    by: str = ""
    each: Mapping[str, str] | None = None
    due: str = ""
    of: str = ""
    provisional: str = ""

    def all_rules(self) -> set[str]:
        """Return every rule that it may name."""
        return {*self.rules, *(self.each or {}).values()} | ({self.of} - {""})


_EXPLAINED: Final = "mediation.explanation-first"
_CONSENT: Final = "mediation.consent-of-all"
_DESIGNATION: Final = "mediation.designation"
_ANSWER: Final = "mediation.answer"
_LEAVE: Final = "mediation.party-may-leave"
_SUIT: Final = "court.suit-by-choice"
_INQUIRY: Final = "mediation.inquiry"
_PERIOD: Final = "mediation.period"
_CHOICE: Final = "mediation.choice"
_EXTENSION: Final = "mediation.extension-by-all"
_PAUSE: Final = "mediation.time-not-counted"
_EFFECT: Final = "mediation.in-force-by-form"
_COMPLAINT: Final = "mediation.complaint"
_TEAM: Final = "mediation.two-mediators"
_OVERFLOW: Final = "mediation.overflow"
_CONFIRM: Final = "民事诉讼法 (2023) art 205"

BECAUSE: Final[Mapping[str, Because]] = {
    "intake.dispute-registered": Because(("intake.limitation", "intake.registered-once")),
    "intake.limitation-near": Because(("intake.limitation", "intake.limitation-near")),
    "court.suit-time-near": Because(("court.limitation", "court.limitation-near")),
    "intake.filing-amended": Because(("intake.amended-before-referral",)),
    "intake.filing-not-taken": Because(("intake.registered-once", "intake.amended-before-referral")),
    "intake.filing-returned": Because(("intake.elements",)),
    "intake.dispute-screened": Because(),
    "intake.dispute-referred": Because((_EXPLAINED, "mediation.consent-of-one")),
    "intake.explanation-given": Because((_EXPLAINED,)),
    "intake.consent-given": Because((_CONSENT,)),
    "intake.consent-refused": Because((_CONSENT,)),
    "intake.personal-data-read": Because(("intake.personal-data",)),
    "intake.dispute-withdrawn": Because((_LEAVE,)),
    "mediation.mediation-opened": Because(
        (_EXPLAINED, "mediation.consent-of-one"), due="due_at", of=_PERIOD, provisional="due_provisional"
    ),
    "mediation.language-asked": Because(("roster.language",)),
    "mediation.designation-requested": Because(
        (_DESIGNATION,), due="designate_by", provisional="designate_provisional"
    ),
    "mediation.designation-overdue": Because((_DESIGNATION,), due="designate_by"),
    "mediation.case-transferred": Because(
        by="ground",
        each={
            TransferGround.OVERDUE: _OVERFLOW,
            TransferGround.QUEUE_TOO_LONG: _OVERFLOW,
            TransferGround.NOBODY_ELIGIBLE: _OVERFLOW,
            TransferGround.COURT: "mediation.transfer",
        },
    ),
    "mediation.mediator-complained-of": Because((_COMPLAINT,)),
    "mediation.complaint-decided": Because((_COMPLAINT,)),
    "mediation.presiding-named": Because((_TEAM,)),
    "mediation.presiding-chosen": Because((_TEAM,)),
    "mediation.co-mediator-asked": Because((_TEAM,)),
    "mediation.co-mediator-requested": Because(
        (_TEAM,),
        by="team_ground",
        each={
            TeamGround.MAJOR: "mediation.two-by-claim",
            TeamGround.DIFFICULT: "mediation.two-by-claim",
            TeamGround.MANY_PARTIES: "mediation.two-by-parties",
        },
    ),
    "mediation.co-mediator-designated": Because(
        (_TEAM, "mediation.shares", _ANSWER), due="answer_by", provisional="answer_provisional"
    ),
    "mediation.co-mediator-accepted": Because((_TEAM, _ANSWER)),
    "mediation.co-mediator-left": Because(
        ("roster.not-again",),
        by="departure",
        each={
            Departure.DECLINED: "mediation.grounds-to-decline",
            Departure.LAPSED: _ANSWER,
            Departure.RECUSED: "mediation.recusal",
            Departure.REPLACED: "mediation.replacement",
            Departure.NOT_NEEDED: _TEAM,
        },
    ),
    "mediation.mediator-designated": Because(
        ("mediation.shares", _ANSWER), due="answer_by", provisional="answer_provisional"
    ),
    "mediation.designation-dropped": Because(("mediation.ends",)),
    "mediation.assignment-accepted": Because(
        (_ANSWER, _PERIOD),
        by="procedure",
        each={
            Procedure.ORDINARY: "mediation.period-ordinary",
            Procedure.SUMMARY: "mediation.period-summary",
        },
        due="due_at",
        provisional="due_provisional",
    ),
    "mediation.assignment-declined": Because(("mediation.grounds-to-decline",)),
    "mediation.assignment-lapsed": Because((_ANSWER,)),
    "mediation.choice-opened": Because((_CHOICE,), due="choose_by", provisional="choose_provisional"),
    "mediation.mediator-named": Because((_CHOICE,)),
    "mediation.choice-left": Because((_CHOICE,)),
    "mediation.choice-ended": Because((_CHOICE,)),
    "mediation.reminder-due": Because(
        by="step",
        each={
            ReminderStep.PERIOD_FIRST: "mediation.remind-first",
            ReminderStep.PERIOD_SECOND: "mediation.remind-second",
            ReminderStep.PERIOD_LAST: "mediation.remind-last",
            ReminderStep.ANSWER: "mediation.remind-answer",
            ReminderStep.DESIGNATION_LATE: "mediation.escalate",
            ReminderStep.INQUIRY_LATE: "mediation.escalate",
            ReminderStep.PAUSE_LONG: "mediation.remind-pause",
        },
    ),
    "mediation.extension-proposed": Because((_EXTENSION,)),
    "mediation.extension-agreed": Because((_EXTENSION,)),
    "mediation.extension-refused": Because((_EXTENSION,)),
    "mediation.period-extended": Because((_EXTENSION, _PERIOD), due="due_at", provisional="due_provisional"),
    "mediation.period-paused": Because((_PAUSE,)),
    "mediation.period-resumed": Because((_PAUSE, _PERIOD), due="due_at", provisional="due_provisional"),
    "mediation.deadline-corrected": Because(
        by="deadline",
        each={
            DeadlineKind.PERIOD: _PERIOD,
            DeadlineKind.ANSWER: _ANSWER,
            DeadlineKind.CO_ANSWER: _ANSWER,
            DeadlineKind.DESIGNATION: _DESIGNATION,
            DeadlineKind.INQUIRY: _INQUIRY,
            DeadlineKind.CHOICE: _CHOICE,
            DeadlineKind.DECISION: "mediation.decision-time",
        },
        due="after",
        provisional="provisional",
    ),
    "mediation.agreement-drafted": Because(
        ("mediation.within-the-claim", "mediation.terms", "mediation.text-of-the-terms")
    ),
    "mediation.agreement-signed": Because((_EFFECT,)),
    "mediation.agreement-sealed": Because((_EFFECT,)),
    "mediation.agreement-countersigned": Because((_EFFECT,)),
    "mediation.agreement-completed": Because((_EFFECT,)),
    "mediation.agreement-effective": Because((_EFFECT,)),
    "mediation.consent-received": Because((_CONSENT,)),
    "mediation.inquiry-overdue": Because((_INQUIRY,), due="ask_by"),
    "intake.dispute-delegated": Because(("mediation.delegated",)),
    "intake.pre-suit-registered": Because(("court.number",)),
    "intake.suit-registered": Because(("court.number",)),
    "intake.number-granted": Because(("intake.number-once",)),
    "intake.number-taken": Because(("intake.number-once",)),
    "intake.number-confirmed": Because(("intake.number-once",)),
    "intake.number-released": Because(("intake.number-once",)),
    "intake.number-refused": Because(("intake.number-once",)),
    "intake.dispute-concluded": Because(("intake.one-dispute",)),
    "intake.matching-stopped": Because(("intake.one-dispute",)),
    "intake.duplicate-suspected": Because(("intake.one-dispute",)),
    "intake.duplicate-denied": Because(("intake.one-dispute",)),
    "intake.duplicate-dropped": Because(("intake.one-dispute",)),
    "intake.disputes-merged": Because(("intake.one-dispute",)),
    "intake.merge-undone": Because(("intake.one-dispute",)),
    "intake.duplicate-joined": Because(("intake.one-dispute",)),
    "intake.duplicate-parted": Because(("intake.one-dispute",)),
    "intake.repeat-party-read": Because(("intake.repeat-party",)),
    "alerts.dispute-uncounted": Because(("alerts.counted-once",)),
    "mediation.mediation-reopened": Because(("intake.one-dispute",)),
    "intake.personal-data-erased": Because(("intake.personal-data", "intake.two-dispose")),
    "intake.case-held": Because(("intake.hold",)),
    "intake.hold-released": Because(("intake.hold",)),
    "intake.retention-ended": Because(("intake.retention",)),
    "intake.disposal-requested": Because(("intake.two-dispose",)),
    "intake.disposal-refused": Because(("intake.two-dispose",)),
    "intake.agent-appointed": Because(("mediation.agents",)),
    "intake.agent-dismissed": Because(("mediation.agents",)),
    "mediation.agents-recorded": Because(("mediation.agents",)),
    "mediation.materials-received": Because(("mediation.delegated",)),
    "mediation.interest-disclosed": Because(("mediation.disclosure",)),
    "mediation.mediator-kept": Because(("mediation.disclosure",)),
    "mediation.mediator-replaced": Because(("roster.not-again", "mediation.replacement")),
    "mediation.recusal-requested": Because(("mediation.recusal",)),
    "mediation.recusal-decided": Because(("mediation.recusal",)),
    "mediation.session-scheduled": Because((_CONSENT, "mediation.session-announced")),
    "mediation.session-held": Because(("mediation.identified-and-warned",)),
    "mediation.session-cancelled": Because(("mediation.session-announced",)),
    "mediation.service-address-confirmed": Because(("mediation.service-address",)),
    "mediation.offer-left": Because(("mediation.in-confidence", "mediation.sealed-offers")),
    "mediation.offers-met": Because(("mediation.offers-meet",)),
    "mediation.concession-kept": Because(("mediation.in-confidence", "mediation.concessions-kept")),
    "mediation.concessions-read": Because(("mediation.in-confidence",)),
    "mediation.false-mediation-suspected": Because(("mediation.settled-at-once", "mediation.signs-together")),
    "mediation.false-mediation-reported": Because(("mediation.false-mediation",)),
    "mediation.false-mediation-decided": Because(("mediation.false-mediation",)),
    "mediation.facts-recorded": Because(("mediation.undisputed-facts",)),
    "mediation.facts-confirmed": Because(("mediation.undisputed-facts",)),
    "mediation.facts-undisputed": Because(("mediation.undisputed-facts",)),
    "mediation.party-left": Because((_LEAVE,)),
    "mediation.contact-data-opened": Because(("intake.personal-data",)),
    "mediation.contact-recorded": Because(("mediation.sought-first",)),
    "mediation.mediation-ended": Because(
        ("mediation.ends",),
        by="end",
        each={
            End.AGREEMENT: _EFFECT,
            End.PARTY_UNWILLING: _LEAVE,
            End.EXPIRED: _PERIOD,
            End.SETTLED_OR_WITHDRAWN: "mediation.withdrawn-by-the-applicant",
            End.UNREACHABLE: "mediation.sought-first",
            End.REFUSED_TO_SIGN: "mediation.refused-with-draft",
        },
    ),
    "mediation.quick-decision-issued": Because(
        ("mediation.within-the-claim", "mediation.decision-by-yes", "mediation.decision-time"),
        due="accept_by",
        provisional="accept_provisional",
    ),
    "mediation.quick-decision-accepted": Because(("mediation.decision-by-yes",)),
    "mediation.quick-decision-rejected": Because(("mediation.decision-by-yes", "mediation.decision-time")),
    "mediation.instalments-scheduled": Because(("mediation.instalment-due",)),
    "mediation.repayment-recorded": Because(("mediation.oldest-first",)),
    "mediation.repayment-disputed": Because(("mediation.oldest-first", "mediation.objection-settled")),
    "mediation.objection-settled": Because(("mediation.objection-settled",)),
    "mediation.instalment-missed": Because(("mediation.instalment-due",)),
    "mediation.agreement-performed": Because(("mediation.oldest-first",)),
    "mediation.agreement-defaulted": Because(("mediation.grace", "mediation.default")),
    "mediation.default-lifted": Because(("mediation.default",)),
    "court.enforcement-closed": Because(("mediation.default",)),
    "court.enforcement-opened": Because(("court.enforcement",), due="enforce_by", provisional="provisional"),
    "court.suit-on-agreement-opened": Because(("court.no-enforcement-unconfirmed",)),
    "court.confirmation-applied": Because((_CONFIRM,)),
    "court.confirmation-opened": Because(
        ("court.joint-application", _CONFIRM), due="apply_by", provisional="apply_by_provisional"
    ),
    "court.confirmation-requested": Because(("court.joint-application",)),
    "court.confirmation-time-near": Because(
        ("court.confirmation-near", _CONFIRM), due="apply_by", provisional="apply_by_provisional"
    ),
    "court.end-reported": Because(("court.every-end-reported",)),
    "court.confirmation-lapsed": Because(
        ("court.doubt", _CONFIRM), due="apply_by", provisional="apply_by_provisional"
    ),
    "court.suit-suggested": Because((_SUIT,)),
    "court.suit-chosen": Because((_SUIT,)),
    "court.handover-incomplete": Because(("court.bundle",)),
    "court.handover-prepared": Because(("court.bundle",)),
    "court.filing-submitted": Because(("court.bundle",)),
    "court.filing-reviewed": Because(("court.review",)),
    "court.case-docketed": Because(("court.number",)),
    "court.statement-issued": Because(("court.statement",)),
    "court.statement-refused": Because(("court.statement",)),
    "court.suit-withdrawn": Because(("court.statement",)),
    "court.trial-resumed": Because(("court.trial-resumed",)),
    "court.court-answer-rejected": Because(("court.number",)),
    "court.confirmation-granted": Because(("court.grounds",)),
    "court.confirmation-refused": Because(("court.grounds",)),
    "alerts.dispute-counted": Because(("alerts.counted-once",)),
    "alerts.dispute-excluded": Because(("alerts.counted-once",)),
    "alerts.institution-asked": Because(("alerts.timely-answer",)),
    "alerts.institution-answered": Because(("alerts.timely-answer",)),
    "alerts.request-dropped": Because(("alerts.timely-answer",)),
    "alerts.request-clock-corrected": Because(("alerts.timely-answer",)),
    "common.command-refused": Because(("platform.order",)),
    "common.command-unchanged": Because(("platform.order",)),
}
"""By the short type of the event. ``tests/unit/contracts/test_because.py`` holds it to all cases' events."""

_PERIOD_BEGINS: Final = (
    "mediation.period-resumed",
    "mediation.assignment-accepted",
    "mediation.mediation-opened",
)
STARTS: Final[Mapping[str, tuple[str, ...]]] = {
    _DESIGNATION: ("mediation.designation-requested",),
    _CHOICE: ("mediation.choice-opened",),
    _ANSWER: ("mediation.mediator-designated", "mediation.co-mediator-designated"),
    _PERIOD: _PERIOD_BEGINS,
    "mediation.period-ordinary": _PERIOD_BEGINS,
    "mediation.period-summary": _PERIOD_BEGINS,
    _INQUIRY: ("mediation.assignment-accepted",),
    _CONFIRM: ("mediation.agreement-effective",),
    "mediation.decision-time": ("mediation.quick-decision-issued",),
    "court.enforcement": ("mediation.agreement-defaulted",),
}
"""With which event the time of a rule begins; of several types the first that there is."""

INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    _PERIOD: ("mediation.period-ordinary", "mediation.period-summary"),
}
"""What may stand in a case in place of a rule: where its event named one, its later events rest on that."""

AUTHORITY: Final = frozenset(
    {"actor.not_allowed", "agent.not_authorised", "assignment.not_held", "case.unknown"}
)
"""Reasons of a refusal that say who may not, and not where the case stands."""
