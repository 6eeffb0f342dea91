"""The language of duplicates: one dispute that came twice is merged, and a wrong merge is undone.

What is matched stays inside intake: the events between a case and its matches name cases and rules, and
nothing of a person.
"""

from typing import Annotated, Final

from pydantic import Field

from shared.contracts.clocks import LeftDays
from shared.contracts.fields import (
    INSIDE,
    PARTY,
    CaseId,
    GivenPurpose,
    OrganisationId,
    PartyToken,
    Purpose,
    Reader,
    RuleIds,
    RulesVersion,
)
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import ENDS, MATCHES, MERGES
from shared.contracts.words import Words

OTHER: Final = Words("另案", "Other case")
OtherCase = Annotated[str, OTHER, PARTY]
NamedCase = Annotated[str, Field(pattern=r"^sy1[a-z2-7]{32}$"), OTHER, PARTY]
"""The other case, as people name it in a command."""
QuietCase = Annotated[str, Words("案件", "Case"), INSIDE]
KeptCase = Annotated[str, Words("保留案件", "Kept case"), PARTY]
MergedCase = Annotated[str, Words("被合并案件", "Merged case"), PARTY]
Certain = Annotated[bool, Words("可直接合并", "Certain"), PARTY]
Automatic = Annotated[bool, Words("自动合并", "Automatic"), PARTY]

_TO_MATCHES: Final = (Delivery(MATCHES, key="party_token"),)
_TO_CASE: Final = (Delivery(MERGES, key="case"),)
_TO_BOTH: Final = (*_TO_MATCHES, Delivery(MERGES, key="kept"))
_CLERKS: Final = (Role.ORGANISATION_CLERK, Role.COURT_CLERK)


class MatchingStopped(
    Event, family="intake", zh="退出比对", en="Matching stopped", also=_TO_MATCHES, quiet=True
):
    """A dispute is matched with no other any more: it was returned or withdrawn, or names another person.

    Attributes:
        party_token: Of the respondent with whose disputes it was matched.
    """

    case: QuietCase
    party_token: PartyToken


class MatchFound(Event, family="intake", zh="比对命中", en="Match found", also=_TO_CASE):
    """Two disputes of one respondent look like one.

    Attributes:
        case: The one that came later.
        other: The one that came first.
        certain: Nobody needs to be asked.
    """

    case: CaseId
    other: OtherCase
    certain: Certain
    rules: RuleIds
    rules_version: RulesVersion


class MatchDropped(Event, family="intake", zh="比对撤销", en="Match dropped", also=_TO_CASE):
    """The dispute that came first is matched no more, so nobody needs to say whether it is the same."""

    case: CaseId
    other: OtherCase


class DuplicateSuspected(Event, family="intake", zh="疑似重复", en="Duplicate suspected"):
    """The dispute may be another one that came before: a person says whether it is."""

    other: OtherCase
    rules: RuleIds
    rules_version: RulesVersion


class DuplicateDenied(Event, family="intake", zh="确认非重复", en="Duplicate denied"):
    """They are two disputes; the event's actor says so."""

    other: OtherCase


class DuplicateDropped(Event, family="intake", zh="疑似重复解除", en="Duplicate dropped"):
    """The other dispute was returned or withdrawn, or names another person."""

    other: OtherCase


class DisputeConcluded(Event, family="intake", zh="纠纷已了结", en="Dispute concluded", quiet=True):
    """Intake learned that the mediation is over, as mediation told everybody: it is matched no more."""


class DisputesMerged(Event, family="intake", zh="重复案件合并", en="Disputes merged", also=_TO_BOTH):
    """The dispute goes on under another id; its own stays, and points there.

    Attributes:
        case: The merged one.
        kept: Under which it goes on.
        party_token: Of the merged one's respondent.
        automatic: The rules were certain; else the event's actor said yes.
        rules: By which they match.
    """

    case: CaseId
    kept: KeptCase
    party_token: PartyToken
    automatic: Automatic
    rules: RuleIds
    rules_version: RulesVersion


class MergeUndone(Event, family="intake", zh="撤销合并", en="Merge undone", also=_TO_BOTH):
    """The merge was wrong: the dispute stands where it stood, and is not matched with that one again."""

    case: CaseId
    kept: KeptCase
    party_token: PartyToken


class MediationReopened(
    Event, family="mediation", zh="恢复调解", en="Mediation reopened", also=(Delivery(ENDS),)
):
    """The merge that ended it was undone: a mediator is asked for anew, and what is left of the period runs.

    Attributes:
        left_days: So many days were left when it was merged, and run from the next acceptance; ``None`` where
            the period had not begun, and in events of before, after which it began anew.
    """

    organisation: OrganisationId
    left_days: LeftDays | None = None


class DuplicateJoined(Event, family="intake", zh="并入重复案件", en="Duplicate joined"):
    """Another id of the same dispute was merged into this one."""

    merged: MergedCase


class DuplicateParted(Event, family="intake", zh="分出案件", en="Duplicate parted"):
    """What was merged into this dispute is one of its own after all."""

    merged: MergedCase


class RepeatPartyRead(Event, family="intake", zh="查阅同一当事人案件", en="Repeat party read"):
    """Somebody read which other disputes a respondent has. Source: 个人信息保护法 arts 6, 28-29, 55."""

    reader: Reader
    purpose: Purpose


class ConfirmDuplicate(Command, family="intake", zh="确认重复", en="Confirm a duplicate", roles=_CLERKS):
    """Say that a dispute is the other one that it may be: it goes on under the other's id."""

    other: NamedCase


class DenyDuplicate(Command, family="intake", zh="否认重复", en="Deny a duplicate", roles=_CLERKS):
    """Say that a dispute is not the other one that it may be."""

    other: NamedCase


class UndoMerge(Command, family="intake", zh="撤销合并", en="Undo a merge", roles=_CLERKS):
    """Undo the merge of a dispute: it stands again where it stood."""


class ReadRepeatParty(
    Command,
    family="intake",
    zh="申请查阅同一当事人案件",
    en="Ask for a party's other disputes",
    roles=_CLERKS,
):
    """Ask which other disputes the respondent has; the reading is recorded with its purpose first."""

    purpose: GivenPurpose
