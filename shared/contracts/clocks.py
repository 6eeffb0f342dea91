"""The language of the period: what all parties may prolong, and what stops its clock.

Source: 法释〔2021〕23号 arts 24, 26 (as of 2022-01-01).
"""

from typing import Annotated, Final

from pydantic import Field

from shared.contracts.asked import EXTENSION
from shared.contracts.fields import DueAt, DueProvisional, LimitDays
from shared.contracts.kinds import PARTY, Party, Role
from shared.contracts.message import Command, Event
from shared.contracts.words import Coded, Unit, Words

_PARTIES: Final = (Role.INSTITUTION_AGENT, Role.PARTY)
_CONDUCT: Final = (Role.MEDIATOR, Role.ORGANISATION_CLERK)


class PauseGround(Coded, zh="理由", en="Ground", seen_by=PARTY):
    """What stops the clock of the period. Source: 法释〔2021〕23号 art 26; 法释〔2016〕14号 art 18."""

    APPRAISAL = "appraisal", "鉴定评估", "Appraisal"
    FALSE_MEDIATION_CHECK = (
        "false_mediation_check",
        "涉嫌虚假调解核查",
        "Check for false mediation",
    )


ExtensionDays = Annotated[
    int, Field(ge=1, le=366), Words("延长天数", "Days of the extension"), Unit.DAYS, PARTY
]
LeftDays = Annotated[int, Words("剩余天数", "Days left"), Unit.DAYS, PARTY]


class ExtensionProposed(Event, family="mediation", zh="提议延长", en="Extension proposed", asks=EXTENSION):
    """A longer period is proposed; it takes effect once every party has agreed.

    Attributes:
        days: Calendar days by which the period would become longer.
        party: Who proposed it, and has agreed with that; ``None`` where the mediator did.
    """

    days: ExtensionDays
    party: Party | None = None


class ExtensionAgreed(Event, family="mediation", zh="同意延长", en="Extension agreed to"):
    """A party agrees to the longer period that is proposed."""

    party: Party
    days: ExtensionDays


class ExtensionRefused(Event, family="mediation", zh="不同意延长", en="Extension refused"):
    """A party does not agree, and the proposal is off; the period stays as it is."""

    party: Party
    days: ExtensionDays


class PeriodExtended(Event, family="mediation", zh="期限延长", en="Period extended"):
    """All parties agreed to a longer period. Source: 法释〔2021〕23号 art 24.

    Attributes:
        days: By how many calendar days it became longer.
        limit_days: Its length from its last beginning (the acceptance, or the end of a pause) on;
            ``None`` while it is paused.
        due_at: The instant at which it is over; ``None`` while it is paused.
        due_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    days: ExtensionDays
    limit_days: LimitDays | None = None
    due_at: DueAt | None = None
    due_provisional: DueProvisional = False


class PeriodPaused(Event, family="mediation", zh="期限中止", en="Period paused"):
    """The clock of the period stops; what follows is not counted. Source: 法释〔2021〕23号 art 26.

    Attributes:
        left_days: Days that are left of the period when it goes on.
    """

    ground: PauseGround
    left_days: LeftDays


class PeriodResumed(Event, family="mediation", zh="期限恢复", en="Period resumed"):
    """A ground for the pause is gone; where no other is left, the period goes on.

    Attributes:
        limit_days: Days that are left, counted as a period that begins now; ``None`` while another ground
            still stops the clock.
        due_at: The instant at which the period is over; ``None`` likewise.
        due_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    ground: PauseGround
    limit_days: LimitDays | None = None
    due_at: DueAt | None = None
    due_provisional: DueProvisional = False


class ProposeExtension(
    Command,
    family="mediation",
    zh="提议延长调解期限",
    en="Propose an extension",
    roles=(*_PARTIES, Role.MEDIATOR),
):
    """Propose that the period become longer, as its mediator or as a party, who agrees with that.

    A proposal takes the place of an earlier one.

    Attributes:
        days: Calendar days.
    """

    days: ExtensionDays


class AgreeExtension(
    Command, family="mediation", zh="同意延长调解期限", en="Agree to an extension", roles=_PARTIES
):
    """Agree as a party to the extension that is proposed; with the last party it takes effect.

    Attributes:
        days: As they are proposed, so that nobody agrees to others.
    """

    days: ExtensionDays


class RefuseExtension(
    Command, family="mediation", zh="不同意延长调解期限", en="Refuse an extension", roles=_PARTIES
):
    """Refuse as a party the extension that is proposed; the mediation goes on until its period is over."""


class PauseMediation(Command, family="mediation", zh="中止计期", en="Pause the period", roles=_CONDUCT):
    """Stop the clock of the period, for the time of an appraisal. Each party may leave all the same."""

    ground: PauseGround


class ResumeMediation(Command, family="mediation", zh="恢复计期", en="Resume the period", roles=_CONDUCT):
    """Let the clock of the period go on: the appraisal is there, or will not come."""

    ground: PauseGround
