"""Everybody at once: any command of anybody, late, repeated, in another order, with jumps of time.

What holds whatever comes: one holder and capacity, nothing negotiated before all have agreed, one end, and
a way out for every party.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from deploy.local.turns import Case, Telling, ways
from deploy.local.turns.filings import card, guarantor
from services.mediation.case import Mediation
from services.mediation.roster import Roster
from shared.casework.calendar import SHANGHAI
from shared.contracts.agents import AgentsRecorded
from shared.contracts.agreements import AgreementDrafted, AgreementSigned, DraftAgreement
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import End, LeaveReason, Party, Way
from shared.contracts.mediation import (
    AssignmentAccepted,
    DesignationRequested,
    MediationEnded,
    MediationOpened,
    MediatorDesignated,
)
from shared.contracts.message import COMMON, REGISTRY, Command
from shared.contracts.parties import ConsentReceived, LeaveMediation
from shared.contracts.sessions import SessionHeld, SessionScheduled
from tests.support.cases import PARTY_KEY, case_id
from tests.support.explore import smallest
from tests.support.platform import NETWORK, Platform, Said, tell

MONDAY: Final = datetime(2026, 9, 14, 9, tzinfo=SHANGHAI)
"""Two weeks before a National Day, and close enough to a year that nobody has announced."""
FILINGS: Final = (
    card(1, "ALL-1"),
    card(2, "ALL-2", way=Way.DELEGATED),
    card(3, "ALL-3", other_parties=(guarantor(4),)),
)
CASES: Final = tuple(case_id(one.institution, one.reference) for one in FILINGS)
SMALLEST: Final = {
    cls: smallest(cls)
    for cls in REGISTRY.values()
    if issubclass(cls, Command) and not issubclass(cls, FileDispute)
}
AFTER_THE_END: Final = (
    DesignationRequested,
    MediatorDesignated,
    AssignmentAccepted,
    AgreementDrafted,
    AgreementSigned,
    ConsentReceived,
    SessionScheduled,
    SessionHeld,
    AgentsRecorded,
)
"""What never follows an end."""
WITH_ALL: Final = (AgreementDrafted, AgreementSigned, SessionScheduled, SessionHeld)
"""What never comes before all parties have agreed to mediation."""

_INDEX: Final = st.integers(0, 40)
_KINDS: Final = ("may",) * 8 + ("any", "again", "time", "move", "move")
_STEP: Final = st.tuples(st.sampled_from(_KINDS), _INDEX, _INDEX, _INDEX)
_BEGINNINGS: Final = (ways.opened, ways.designated_first, ways.accepted, ways.agreed, ways.on_the_table)
"""How far a case may have come before everybody does what they like."""


@dataclass
class Everybody:
    """The platform, who acts on it, and what has been seen."""

    platform: Platform
    agreed: dict[str, set[Party]] = field(default_factory=dict)
    needed: dict[str, set[Party]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    sent: list[tuple[str, Command, str, Actor]] = field(default_factory=list)

    def step(self, kind: str, first: int, second: int, third: int) -> None:
        """Let one thing happen."""
        match kind:
            case "time":
                days = 1 + first % 12
                self.platform.advance(self.platform.now + timedelta(days=days, hours=second % 24))
            case "move":
                for _ in range(1 + second % 6):
                    self.platform.deliver(first)
            case "again" if self.sent:
                self.platform.command(*self.sent[first % len(self.sent)], at=self._soon())
            case "may" | "any":
                self._act(kind, CASES[first % len(CASES)], second, third)

    def _soon(self) -> datetime:
        return self.platform.now + timedelta(minutes=30)

    def _act(self, kind: str, case: str, who: int, what: int) -> None:
        actors = self._actors(case)
        actor = actors[who % len(actors)]
        found = [
            (service, option.command)
            for service, option in self._options(case, actor)
            if kind == "any" or option.refusal is None
        ]
        if found:
            service, command = found[what % len(found)]
            body = self._filled(command, case, actor, who)
            self.sent.append((service, body, case, actor))
            self.platform.command(service, body, case, actor, self._soon())
            for way in range(what % 12):
                self.platform.deliver(way)

    def _options(self, case: str, actor: Actor) -> Iterable[tuple[str, Any]]:
        for service in ("intake", "mediation", "court_bridge"):
            state, stream = self.platform.found(service, case)
            if stream is not None and stream.options is not None:
                at = self.platform.now
                yield from ((service, option) for option in stream.options(state, case, at, actor))

    def _actors(self, case: str) -> list[Actor]:
        mediation = self.mediation(case)
        organisation = "people-mediation" if mediation is None else mediation.organisation
        holder = "m-p01" if mediation is None or mediation.mediator is None else mediation.mediator
        return [
            Actor("ccb", "p-ccb-1", "institution_agent"),
            Actor(case, "", "party"),
            Actor(organisation, holder, "mediator"),
            Actor(organisation, "p-people-1", "organisation_clerk"),
            Actor(case, "respondent-2", "party"),
            Actor(case, "respondent.agent-1", "party"),
            Actor("fengtai-court", "p-court-1", "court_clerk"),
            Actor("abc", "p-abc-1", "institution_agent"),
        ]

    def _filled(self, command: type[Command], case: str, actor: Actor, number: int) -> Command:
        """Return a command whose fields fit the case, as far as such fields are known here."""
        mediation = self.mediation(case)
        fits: dict[str, Any] = {"reason": LeaveReason.UNWILLING, "letter": "b1" * 32}
        fits["party"] = (
            Party(actor.person.partition(".")[0] or "respondent")
            if actor.role == "party"
            else (Party.APPLICANT if actor.role == "institution_agent" else Party.RESPONDENT)
        )
        fits["content_version"], fits["channel"] = "rights-2025.1", "phone"
        fits["end"] = list(End)[number % len(End)]
        fits["digest"] = ways.TEXT
        fits["case_number"] = f"（2026）京0106民诉前调{100 + number}号"
        fits["session_at"] = self.platform.now + timedelta(days=1)
        fits["amount_fen"] = 1_000_000 + number
        if mediation is not None and mediation.digest is not None and command is not DraftAgreement:
            fits["digest"] = mediation.digest
        changes = {
            name: value
            for name, value in fits.items()
            if name in command.model_fields and not (name == "reason" and command is not LeaveMediation)
        }
        return SMALLEST[command].model_copy(update=changes)

    def mediation(self, case: str) -> Mediation | None:
        """Return the mediation of a case, where there is one."""
        state = self.platform.states.get(("mediation", case))
        return state if isinstance(state, Mediation) else None

    def heard(self, said: Said) -> None:
        """Check an event against what was said of its case before."""
        case, body = said.message.subject, said.body
        if isinstance(body, MediationOpened):
            self.agreed[case] = set(body.consents or ())
            self.needed[case] = {Party.APPLICANT, Party.RESPONDENT, *body.others}
        if isinstance(body, ConsentReceived):
            self.agreed[case].add(body.party)
        if isinstance(body, WITH_ALL):
            assert self.agreed[case] >= self.needed[case], f"{type(body).__name__} before all agreed"
        if isinstance(body, AFTER_THE_END):
            assert case not in self.ended, f"{type(body).__name__} after the end"
        if isinstance(body, MediationEnded):
            assert case not in self.ended, "a second end"
            self.ended.add(case)

    def check(self) -> None:
        """Check what holds at any time."""
        for where, state in self.platform.states.items():
            if isinstance(state, Roster):
                self._check_roster(where[1], state)
            if isinstance(state, Mediation):
                self._check_mediation(where[1], state)

    def _check_roster(self, organisation: str, roster: Roster) -> None:
        for mediator, cases in roster.held.items():
            capacity = roster.terms[mediator][1] if mediator in roster.terms else len(cases)
            assert len(cases) <= capacity, f"{mediator} of {organisation} holds too much"

    def _check_mediation(self, case: str, mediation: Mediation) -> None:
        if mediation.due_at is not None and mediation.accepted_at is not None:
            assert mediation.due_at > mediation.accepted_at
        if mediation.end is not None:
            return
        assert mediation.mediator not in mediation.excluded
        _, stream = self.platform.found("mediation", case)
        for party in mediation.parties:
            actor = _speaker(case, party)
            # Where the period is over by now, the case ends by itself before anybody is asked.
            options = stream.options(mediation, case, self.platform.now, actor)
            leave = next(one for one in options if one.command is LeaveMediation)
            over = mediation.due_at is not None and mediation.due_at <= self.platform.now
            assert leave.refusal is None or over, f"{party} cannot leave: {leave.refusal}"


def _speaker(case: str, party: Party) -> Actor:
    if party is Party.APPLICANT:
        return Actor("ccb", "p-ccb-1", "institution_agent")
    return Actor(case, party.value, "party")


@settings(max_examples=25)
@examples(
    st.tuples(*(st.integers(0, len(_BEGINNINGS) - 1) for _ in FILINGS)),
    st.lists(_STEP, min_size=20, max_size=60),
)
def test_whatever_everybody_does(beginnings: tuple[int, ...], steps: list[tuple[str, int, int, int]]) -> None:
    platform = Platform(MONDAY, network=NETWORK)
    run = Everybody(platform)
    platform.on_said = run.heard
    for filing, number in zip(FILINGS, beginnings, strict=True):
        begun = Case(filing, PARTY_KEY.encode(), now=platform.now)
        tell(platform, Telling(begun, _BEGINNINGS[number](begun)))
    for step in steps:
        run.step(*step)
        run.check()
    platform.settle()
    run.check()
    _is_what_its_events_say(platform)


def _is_what_its_events_say(platform: Platform) -> None:
    """Every state follows from its own events alone."""
    for (service, subject), state in platform.states.items():
        _, stream = platform.found(service, subject)
        again = None
        for said in platform.of(subject):
            if said.service == service and said.body.family != COMMON:
                again = stream.evolve(again, said.body, said.message.at)
        if stream.absorb is None:
            assert again == state, (service, subject)
