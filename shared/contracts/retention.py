"""The language of keeping and disposing: what is held for a suit, when keeping ends, who disposed of it.

Source: 个人信息保护法 arts 19, 47 (as of 2021-11-01); 民事诉讼法 (2023) arts 67, 84.
"""

from typing import Annotated

from shared.contracts.fields import INSIDE, Text
from shared.contracts.kinds import Label, Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.persons import NO_PERSON
from shared.contracts.privacy import ErasureGround, RequestedBy
from shared.contracts.topics import KEEPING
from shared.contracts.words import Unit, Words

_TO_COURT_BRIDGE = (Delivery(KEEPING),)
_COURT = (Role.COURT_CLERK, Role.JUDGE, Role.OPERATOR)
"""Who is told: that a case is held, or to be disposed of, is no business of its parties."""

HoldReason = Annotated[Label, Words("留存理由", "Reason of the hold"), INSIDE]
ReleaseReason = Annotated[Label, Words("解除理由", "Reason of the release"), INSIDE]
RefusalReason = Annotated[Label, Words("不批准理由", "Reason of the refusal"), INSIDE]
HeldBy = Annotated[Text, Words("留存人", "Held by"), INSIDE]
ReleasedBy = Annotated[Text, Words("解除人", "Released by"), INSIDE]
RefusedBy = Annotated[Text, Words("不批准人", "Refused by"), INSIDE]
KeptDays = Annotated[int, Words("保存天数", "Days kept"), Unit.DAYS, INSIDE]


class CaseHeld(Event, family="intake", zh="案件留存", en="Case held", told_to=_COURT, also=_TO_COURT_BRIDGE):
    """All that is known of a case stays until the hold is released, whatever else would end it."""

    hold_reason: HoldReason
    held_by: HeldBy


class HoldReleased(
    Event, family="intake", zh="解除留存", en="Hold released", told_to=_COURT, also=_TO_COURT_BRIDGE
):
    """What the hold kept may end again, as if it had never been there."""

    release_reason: ReleaseReason
    released_by: ReleasedBy


class RetentionEnded(Event, family="intake", zh="保存期限届满", en="Retention ended", told_to=_COURT):
    """The time for keeping a party's raw data is over. Source: 个人信息保护法 arts 19, 47."""

    kept_days: KeptDays


class DisposalRequested(Event, family="intake", zh="申请删除", en="Disposal requested", told_to=_COURT):
    """One person asks to erase the raw data of a case; another one decides."""

    ground: Annotated[ErasureGround, INSIDE]
    requested_by: RequestedBy


class DisposalRefused(Event, family="intake", zh="不批准删除", en="Disposal refused", told_to=_COURT):
    """Nothing is erased, and the request is over."""

    refusal_reason: RefusalReason
    refused_by: RefusedBy


class HoldCase(Command, family="intake", zh="留存案件", en="Hold a case", roles=_COURT):
    """Keep all that is known of a case until the hold is released: neither retention nor erasure ends it."""

    hold_reason: Annotated[HoldReason, NO_PERSON]


class ReleaseHold(Command, family="intake", zh="解除案件留存", en="Release a hold", roles=_COURT):
    """Let what the hold kept end again; what the court holds, the court releases."""

    release_reason: Annotated[ReleaseReason, NO_PERSON]


class ApproveDisposal(
    Command, family="intake", zh="批准删除", en="Approve a disposal", roles=(Role.COURT_CLERK, Role.OPERATOR)
):
    """Erase what another person asked to erase."""


class RefuseDisposal(
    Command,
    family="intake",
    zh="不批准删除个人信息",
    en="Refuse a disposal",
    roles=(Role.COURT_CLERK, Role.OPERATOR),
):
    """Keep what somebody asked to erase; who asked may take it back so as well."""

    refusal_reason: Annotated[RefusalReason, NO_PERSON]
