"""Ways that many stories take: until a mediator holds the case, all have agreed, everybody has signed."""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from deploy.local.turns.script import Case, Do, File, Script, See, Seen, Sent, see
from shared.casework.calendar import SHANGHAI
from shared.contracts.agreements import (
    AgreementDrafted,
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.court import ConfirmationGranted, ConfirmationOpened, RequestConfirmation
from shared.contracts.intake import ConsentGiven, GiveConsent
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    EndMediation,
    MediationEnded,
    MediationOpened,
    MediatorDesignated,
)
from shared.contracts.parties import ConsentReceived

Part = Generator[Sent | See, Seen, Seen]
TEXT: Final = "a1" * 32
DAYS: Final = timedelta(days=1)


def opened(case: Case) -> Part:
    """The dispute is filed, and mediation takes it."""
    yield File(case.filing)
    found = yield see(MediationOpened)
    case.organisation = found.body.organisation
    return found


def designated(case: Case) -> Part:
    """Somebody is designated."""
    found = yield see(MediatorDesignated)
    case.organisation, case.holder = found.body.organisation, found.body.mediator
    return found


def designated_first(case: Case) -> Part:
    """The dispute is filed, and the first mediator is designated."""
    yield from opened(case)
    return (yield from designated(case))


def accepted(case: Case) -> Part:
    """A mediator has accepted, and the period runs."""
    yield from designated_first(case)
    yield case.mediator(AcceptAssignment())
    return (yield see(AssignmentAccepted))


def respondents(case: Case) -> list[Party]:
    """Return everybody on the respondents' side."""
    others = len(case.filing.other_parties)
    return [Party.RESPONDENT, *(Party(f"respondent-{number + 2}") for number in range(others))]


def _of(place: Party) -> Callable[[ConsentGiven | ConsentReceived], bool]:
    return lambda body: body.party is place


def agreed(case: Case) -> Part:
    """All parties have agreed to mediation; those beside the main respondent as well."""
    found = yield from accepted(case)
    yield from all_agree(case)
    return found


def all_agree(case: Case) -> Script:
    """Everybody on the respondents' side agrees to mediation."""
    for place in respondents(case):
        yield case.party(GiveConsent(party=place), place.value)
        yield see(ConsentGiven, _of(place))
        yield see(ConsentReceived, _of(place))


def drafted(case: Case, amount_fen: int = 2_000_000, digest: str = TEXT) -> Part:
    """A draft is on the table."""
    yield case.mediator(DraftAgreement(digest=digest, amount_fen=amount_fen))
    return (yield see(AgreementDrafted))


def on_the_table(case: Case) -> Part:
    """All have agreed, and a draft waits for signatures."""
    yield from agreed(case)
    return (yield from drafted(case))


def signed(case: Case, digest: str = TEXT) -> Script:
    """Everybody signs, the mediator as well, and the organisation seals."""
    yield case.bank(SignAgreement(party=Party.APPLICANT, digest=digest))
    for place in respondents(case):
        yield case.party(SignAgreement(party=place, digest=digest), place.value)
    yield case.mediator(CountersignAgreement(digest=digest))
    yield case.clerk(SealAgreement(digest=digest))


def confirmed(case: Case) -> Part:
    """The agreement is in force; each party applies for its confirmation, and the court grants it."""
    yield see(ConfirmationOpened)
    yield case.bank(RequestConfirmation())
    for place in respondents(case):
        yield case.party(RequestConfirmation(), place.value)
    return (yield see(ConfirmationGranted))


def on(day: date, what: Do) -> Do:
    """Return what somebody does, at ten in the morning of a day."""
    return replace(what, at=datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI))


def gone(case: Case, end: End) -> Part:
    """The mediator ends it."""
    yield case.mediator(EndMediation(end=end))
    return (yield see(MediationEnded))
