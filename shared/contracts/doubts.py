"""The language of false mediation: signs that the platform sees, a report, and the decision about it.

Source: 法释〔2021〕23号 art 23; 法释〔2016〕14号 art 18.
"""

from typing import Annotated, Final

from pydantic import Field

from shared.contracts.fields import INSIDE, PARTY
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.words import Audience, Coded, Words


class FalseMediationSign(Coded, zh="迹象", en="Sign", seen_by=Audience.INSTITUTION):
    """What a mediation shows that may point to a false one; each alone proves nothing."""

    SETTLED_AT_ONCE = "settled_at_once", "受理后随即达成协议", "Agreed right after the acceptance"
    WHOLE_CLAIM = "whole_claim", "协议金额等于全部标的额", "The agreement is for the whole claim"
    NO_SESSION = "no_session", "未开展调解即拟定协议", "Drafted before any session was held"
    NOTHING_DISPUTED = (
        "nothing_disputed",
        "首次调解即确认全部事实",
        "All facts undisputed with the first session",
    )


class FalseConduct(Coded, zh="涉嫌行为", en="Suspected conduct", seen_by=Audience.PARTY):
    """What makes a mediation false. Source: 法释〔2021〕23号 art 23."""

    COLLUSION = "collusion", "恶意串通", "Collusion"
    FORGED_EVIDENCE = "forged_evidence", "伪造证据", "Forged evidence"
    INVENTED_FACTS = "invented_facts", "捏造事实", "Invented facts"
    FICTITIOUS_RELATION = "fictitious_relation", "虚构法律关系", "A fictitious legal relation"


Signs = Annotated[tuple[FalseMediationSign, ...], Words("迹象", "Signs"), Audience.INSTITUTION]
Conduct = Annotated[
    tuple[FalseConduct, ...],
    Field(min_length=1, max_length=len(FalseConduct)),
    Words("涉嫌行为", "Suspected conduct"),
    PARTY,
]
FalseMediation = Annotated[bool, Words("构成虚假调解", "False mediation"), PARTY]
_WATCH: Final = (Role.MEDIATOR, Role.ORGANISATION_CLERK, Role.COURT_CLERK, Role.JUDGE)


class FalseMediationSuspected(
    Event, family="mediation", zh="虚假调解迹象", en="Signs of false mediation", told_to=_WATCH
):
    """So many signs came together that a person should look; nothing follows from them by itself."""

    signs: Signs


class FalseMediationReported(Event, family="mediation", zh="报告涉嫌虚假调解", en="False mediation reported"):
    """A person reports a suspicion: the mediation is suspended until it is decided.

    Attributes:
        reported_by: The actor, who does not decide.

    Source: 法释〔2016〕14号 art 18.
    """

    conduct: Conduct
    reported_by: Annotated[str, Words("报告人", "Reported by"), INSIDE] = ""


class FalseMediationDecided(Event, family="mediation", zh="虚假调解核查结论", en="False mediation decided"):
    """The court or the organisation decides: the mediation ends with it, or goes on with its clock."""

    false_mediation: FalseMediation


class ReportFalseMediation(
    Command,
    family="mediation",
    zh="报告涉嫌虚假调解",
    en="Report false mediation",
    roles=(Role.MEDIATOR, Role.ORGANISATION_CLERK),
):
    """Report to the organisation and the court that a mediation may be false; it is suspended meanwhile."""

    conduct: Conduct


class DecideFalseMediation(
    Command,
    family="mediation",
    zh="认定虚假调解",
    en="Decide on false mediation",
    roles=(Role.ORGANISATION_CLERK, Role.COURT_CLERK),
):
    """Decide about a report, as somebody other than who made it; it ends the mediation, or lets it go on."""

    false_mediation: FalseMediation
