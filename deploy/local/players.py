"""The people of the reference scenario: they file, explain, consent, accept, draft, sign and end.

They live outside the services: all that they know, they read from the event topics, and all that
they do is publish filings and commands. Every command's id follows from the event that it answers,
so a player that is started again repeats itself without a second effect.
"""

import asyncio
import hashlib
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from deploy.local.scenario import CLOSING, Plan
from deploy.local.weeks import LastWeeks
from shared.contracts import (
    agreements,
    co_mediators,
    counts,
    court,
    delegation,
    intake,
    mediation,
    parties,
    transfers,
)
from shared.contracts.common import AdvanceClock, CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import (
    ContactMeans,
    DeclineReason,
    End,
    FilingKind,
    LeaveReason,
    Party,
    Route,
    Way,
)
from shared.contracts.message import Command
from shared.contracts.topics import EVENT_TOPICS
from shared.runtime.base.records import Parsed
from shared.runtime.base.settings import Settings
from shared.runtime.serve.client import EventReader, MessageSender

_NAMESPACE = uuid.UUID("6f1c1a52-7f5e-5b0c-9c51-6a1f0e6b3a10")
_MOST_OPEN = 400
_STALL_S = 60.0
TOPICS = tuple(EVENT_TOPICS[service] for service in ("intake", "mediation", "court_bridge", "alerts"))

Progress = Callable[[int, int, str], None]


class Stalled(SuyuanError):
    """Nothing came for a long while although disputes are open."""


class Players:
    """Plays a plan against a running system.

    Args:
        plans: What people do, in the order of filing.
        sender: Publishes.
        progress: Gets the finished disputes, all disputes, and what is going on.
        weeks: Closes the weeks.
    """

    def __init__(
        self, plans: Sequence[Plan], sender: MessageSender, progress: Progress, weeks: LastWeeks
    ) -> None:
        self._plans = {plan.case: plan for plan in plans}
        self._waiting: dict[tuple[str, ...], set[str]] = {_desk(plan): set() for plan in plans}
        desks: dict[tuple[str, ...], deque[Plan]] = {}
        for plan in plans:
            desks.setdefault(_desk(plan), deque()).append(plan)
        self._desks = list(desks.values())
        self._sender = sender
        self._progress = progress
        self._done: set[str] = set()
        self._counted: set[str] = set()
        self._open: set[str] = set()
        self._due: dict[str, datetime] = {}
        self._organisation: dict[str, str] = {}
        self._mediator: dict[str, Actor] = {}
        self._beside: dict[str, Actor] = {}
        self._drafts: dict[str, str] = {}
        self._weeks = weeks
        self._refused: list[str] = []

    async def play(self, reader: EventReader) -> None:
        """Play until every dispute is at its end and the last look at all clocks is taken.

        Raises:
            Stalled: Nothing came for a minute although disputes are open.
        """
        moved = time.monotonic()
        while len(self._done) < len(self._plans):
            await self._file()
            batch = await reader.batch(timeout_ms=20)
            for parsed in batch:
                await self._hear(parsed)
            now = time.monotonic()
            if batch:
                moved = now
            elif now - moved > _STALL_S:
                raise self._stalled()
            self._progress(len(self._done), len(self._plans), f"{len(self._open)} open")
        await self._close(reader)

    # -- institutions ------------------------------------------------------------------------

    async def _file(self) -> None:
        """File what can be filed: each desk its next week, the earliest first, and not too many at once.

        A desk files its next week only when the last one is counted, so that the weekly counts come in
        the order of the weeks whatever the number of replicas.
        """
        ready = [desk for desk in self._desks if desk and not self._uncounted(desk[0])]
        for desk in sorted(ready, key=lambda desk: desk[0].at):
            if len(self._open) >= _MOST_OPEN:
                break
            week, waiting = desk[0].week, self._waiting[_desk(desk[0])]
            while desk and desk[0].week == week:
                plan = desk.popleft()
                # Who is started again hears of disputes before it files them, and hears of them once.
                waiting.update({plan.case} - self._counted)
                self._open.update({plan.case} - self._done)
                for copy in range(1 + plan.again):
                    filing_id = _id(plan.case, f"filing-{copy}")
                    await self._sender.filing(plan.filing, id=filing_id, at=plan.at, wait=False)

    def _uncounted(self, plan: Plan) -> set[str]:
        return self._waiting[_desk(plan)]

    # -- everybody who answers an event ------------------------------------------------------

    async def _hear(self, parsed: Parsed) -> None:
        body, case, at = parsed.body, parsed.subject, parsed.at
        self._weeks.hear(parsed)
        plan = self._plans.get(case)
        if plan is None or at is None or body is None:
            return
        if isinstance(body, CommandRefused):
            self._refused.append(f"{case} {body.command} {body.reason}")
            return
        for step, (service, command, actor, when) in enumerate(self._answers(plan, body, at)):
            await self._sender.command(
                service,
                command,
                case,
                actor=actor,
                id=_id(parsed.id, str(step)),
                at=when,
                correlation=parsed.correlation,
                causation=parsed.id,
                traceparent=parsed.traceparent,
                wait=False,
            )
        if isinstance(body, intake.FilingReturned) and plan.amended is not None:
            when = at + timedelta(days=3)
            await self._sender.filing(plan.amended, id=_id(parsed.id, "amended"), at=when, wait=False)
        if self._is_end(plan, body):
            self._done.add(case)
            self._open.discard(case)

    def _answers(
        self, plan: Plan, body: object, at: datetime
    ) -> Iterable[tuple[str, Command, Actor, datetime]]:
        """Say what people do when they see an event: service, command, who, and when."""
        agent = Actor(plan.filing.institution, f"p-{plan.filing.institution}-1", "institution_agent")
        hours = timedelta(hours=2 + 18 * plan.pace)
        match body:
            case counts.DisputeCounted():
                self._counted.add(plan.case)
                self._waiting[_desk(plan)].discard(plan.case)
            case intake.DisputeScreened() if not plan.consents:
                yield "intake", _REFUSAL, _respondent(plan), at + hours
            case intake.DisputeScreened():
                yield from self._screened(plan, agent, at, hours)
            case mediation.MediationOpened():
                self._organisation[plan.case] = body.organisation
                if plan.filing.way is Way.DELEGATED:
                    clerk = Actor(body.organisation, "", "organisation_clerk")
                    yield "mediation", delegation.ReceiveMaterials(), clerk, at + hours / 2
            case mediation.MediatorDesignated():
                yield from self._designated(plan, body, at + hours)
            case mediation.AssignmentAccepted():
                assert body.due_at is not None
                self._due[plan.case] = body.due_at
                self._mediator[plan.case] = Actor(self._organisation[plan.case], body.mediator, "mediator")
                yield from self._accepted(plan, at, hours)
            case co_mediators.CoMediatorDesignated():
                beside = Actor(body.organisation, body.mediator, "mediator")
                yield "mediation", mediation.AcceptAssignment(), beside, at + hours
            case co_mediators.CoMediatorAccepted():
                beside = Actor(self._organisation[plan.case], body.mediator, "mediator")
                self._beside[plan.case] = beside
                if (digest := self._drafts.get(plan.case)) is not None:
                    yield "mediation", agreements.CountersignAgreement(digest=digest), beside, at + hours
            case transfers.CaseTransferred():
                self._organisation[plan.case] = body.receiver
            case delegation.NumberConfirmed():
                letter = hashlib.sha256(f"letter of {plan.case}".encode()).hexdigest()
                yield "intake", delegation.DelegateDispute(letter=letter), _COURT, at + 1.5 * hours
            case parties.ConsentReceived():
                yield from self._negotiated(plan, agent, at + timedelta(days=2 + 14 * plan.pace))
            case agreements.AgreementDrafted():
                self._drafts[plan.case] = body.digest
                yield from self._drafted(plan, body.digest, agent, at)
            case court.ConfirmationOpened():
                yield "court_bridge", court.RequestConfirmation(), agent, at + hours
                yield "court_bridge", court.RequestConfirmation(), _respondent(plan), at + 2 * hours
            case court.SuitSuggested():
                yield "court_bridge", court.ChooseSuit(), agent, at + hours

    def _screened(
        self, plan: Plan, agent: Actor, at: datetime, hours: timedelta
    ) -> Iterable[tuple[str, Command, Actor, datetime]]:
        """The matter is explained, and the court registers what was brought to it."""
        if plan.filing.way is Way.DELEGATED:
            number = f"（{at.year}）京0106民诉前调{plan.number}号"
            yield "intake", delegation.RegisterPreSuit(case_number=number), _COURT, at + hours / 2
        if plan.filing.prior.explanation is None:
            give = intake.GiveExplanation(content_version="rights-2023", channel="phone")
            yield "intake", give, agent, at + hours

    def _designated(
        self, plan: Plan, body: mediation.MediatorDesignated, when: datetime
    ) -> Iterable[tuple[str, Command, Actor, datetime]]:
        mediator = Actor(body.organisation, body.mediator, "mediator")
        does = plan.rounds[min(body.round, len(plan.rounds)) - 1]
        if does == "silent":
            yield "mediation", AdvanceClock(), _CLOCK, body.answer_by
        elif does == "decline":
            yield "mediation", mediation.DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD), mediator, when
        else:
            yield "mediation", mediation.AcceptAssignment(), mediator, when

    def _accepted(
        self, plan: Plan, at: datetime, hours: timedelta
    ) -> Iterable[tuple[str, Command, Actor, datetime]]:
        """The respondent is asked: agrees, does not, or is out of reach."""
        if plan.end is End.UNREACHABLE:
            sought = parties.RecordContact(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=False)
            yield "mediation", sought, self._mediator[plan.case], at + hours
            end = mediation.EndMediation(end=plan.end)
            yield "mediation", end, self._mediator[plan.case], at + timedelta(days=2 + 14 * plan.pace)
        elif plan.end is End.PARTY_UNWILLING and plan.pace < 0.5:
            yield "intake", _REFUSAL, _respondent(plan), at + hours
        else:
            yield "intake", intake.GiveConsent(party=Party.RESPONDENT), _respondent(plan), at + hours

    def _negotiated(
        self, plan: Plan, agent: Actor, when: datetime
    ) -> Iterable[tuple[str, Command, Actor, datetime]]:
        """All have agreed to talk, and it comes to a draft or to an end."""
        assert plan.end is not None
        match plan.end:
            case End.AGREEMENT | End.REFUSED_TO_SIGN:
                digest = hashlib.sha256(f"agreement of {plan.case}".encode()).hexdigest()
                draft = agreements.DraftAgreement(digest=digest, amount_fen=plan.amount_fen)
                yield "mediation", draft, self._mediator[plan.case], when
            case End.EXPIRED:
                yield "mediation", AdvanceClock(), _CLOCK, self._due[plan.case]
            case End.SETTLED_OR_WITHDRAWN:
                yield "mediation", parties.LeaveMediation(reason=LeaveReason.PAID), agent, when
            case End.PARTY_UNWILLING:
                leave = parties.LeaveMediation(reason=LeaveReason.UNWILLING)
                yield "mediation", leave, _respondent(plan), when
            case _:
                yield "mediation", mediation.EndMediation(end=plan.end), self._mediator[plan.case], when

    def _drafted(
        self, plan: Plan, digest: str, agent: Actor, at: datetime
    ) -> Iterable[tuple[str, Command, Actor, datetime]]:
        """The parties and the mediator sign and the organisation seals, in any order; or a party will not."""
        organisation = self._organisation[plan.case]
        clerk = Actor(organisation, "", "organisation_clerk")
        if plan.end is End.REFUSED_TO_SIGN:
            yield "mediation", mediation.EndMediation(end=plan.end), clerk, at + timedelta(days=2)
            return
        acts: list[tuple[Command, Actor]] = [
            (agreements.SignAgreement(party=Party.APPLICANT, digest=digest), agent),
            (agreements.SignAgreement(party=Party.RESPONDENT, digest=digest), _respondent(plan)),
            (agreements.CountersignAgreement(digest=digest), self._mediator[plan.case]),
            (agreements.SealAgreement(digest=digest), clerk),
        ]
        turn = int(plan.pace * 4) % 4
        acts = acts[turn:] + acts[:turn]
        if (second := self._beside.get(plan.case)) is not None:
            acts.append((agreements.CountersignAgreement(digest=digest), second))
        for number, (command, actor) in enumerate(acts):
            yield "mediation", command, actor, at + timedelta(hours=6 * (number + 1))

    def _is_end(self, plan: Plan, body: object) -> bool:
        match body:
            case intake.FilingReturned():
                return plan.amended is None
            case intake.DisputeReferred():
                return body.to is not Route.MEDIATION
            case mediation.MediationEnded():
                return body.end is End.SETTLED_OR_WITHDRAWN
            case court.CaseDocketed():
                return body.kind is FilingKind.HANDOVER
            case court.ConfirmationGranted() | court.ConfirmationRefused():
                return True
            case _:
                return False

    # -- the end -----------------------------------------------------------------------------

    async def _close(self, reader: EventReader) -> None:
        """Take a last look at the clocks, so that the last weeks close and are judged."""
        await self._until(reader, lambda: self._weeks.may_close)
        await self._weeks.close(self._sender)
        await self._until(reader, lambda: self._weeks.are_over)

    async def _until(self, reader: EventReader, reached: Callable[[], bool]) -> None:
        moved = time.monotonic()
        while not reached():
            batch = await reader.batch(timeout_ms=50)
            for parsed in batch:
                await self._hear(parsed)
            if batch:
                moved = time.monotonic()
            elif time.monotonic() - moved > _STALL_S:
                raise self._stalled()

    def _stalled(self) -> Stalled:
        open_ = sorted(self._open)
        return Stalled(
            code="scenario.stalled",
            zh=f"一分钟内没有新事件,仍有 {len(open_)} 件未完成:{open_[:5]}。请查看服务日志与死信。",
            en=(
                f"No event for a minute, with {len(open_)} disputes open: {', '.join(open_[:5])}; refused: "
                f"{self._refused[:3]}. Look at the services' logs and `suyuan dlq list`."
            ),
        )


async def play(settings: Settings, plans: Sequence[Plan], progress: Progress) -> None:
    """Play plans against the system that the settings lead to, from its beginning.

    Args:
        settings: Where Kafka is.
        plans: What people do.
        progress: Gets the finished disputes, all disputes, and what is going on.
    """
    async with (
        MessageSender(settings, source="/people/scenario", linger_ms=2) as sender,
        EventReader(settings, TOPICS) as reader,
    ):
        weeks = LastWeeks(settings.partitions, CLOSING)
        await Players(plans, sender, progress, weeks).play(reader)
        await asyncio.sleep(0)


_CLOCK = Actor("system", "", "operator")
_COURT = Actor("fengtai-court", "p-court-1", "court_clerk")
_REFUSAL = intake.RefuseConsent(party=Party.RESPONDENT)


def _desk(plan: Plan) -> tuple[str, ...]:
    """Name who files: an institution's desk for one cause and issue."""
    return plan.filing.institution, plan.filing.cause.value, plan.filing.issue


def _respondent(plan: Plan) -> Actor:
    """Return the other party, as somebody whose part in this very case was proven."""
    return Actor(plan.case, "respondent", "party")


def _id(of: str, step: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{of}|{step}"))
