"""The language of the right to sue: until when a claim can be sued on, whatever mediation does.

Source: 民法典 arts 188, 189, 192, 195; 法释〔2020〕17号 (诉讼时效) arts 11, 12.
"""

from datetime import date
from typing import Annotated

from shared.contracts.elements import Part
from shared.contracts.fields import INSTITUTION, InstitutionId
from shared.contracts.message import Event
from shared.contracts.words import Coded, Words


class InterruptingAct(Coded, zh="中断事由", en="What interrupted it", seen_by=INSTITUTION):
    """What lets the time begin anew.

    Source: 民法典 art 195; 法释〔2021〕10号 art 3; 法释〔2020〕17号 (诉讼时效) art 11.
    """

    DEMAND = "demand", "催收", "Demand"
    PART_PAYMENT = "part_payment", "部分履行", "Part payment"
    PRESERVATION = "preservation", "诉前保全", "Preservation before the suit"


BeganOn = Annotated[date, Words("时效起算日", "Limitation began on"), INSTITUTION]
InterruptedOn = Annotated[date, Words("时效中断日", "Limitation interrupted on"), INSTITUTION]
SueBy = Annotated[date, Words("时效届满日", "Sue by"), INSTITUTION]
Passed = Annotated[bool, Words("时效已届满", "Limitation has passed"), INSTITUTION]


class Limitation(Part):
    """The limitation of a claim as its filing tells it, without the filing itself.

    Attributes:
        began_on: When the right could be exercised; that day is not counted.
        interrupted_by: The last act that the filing names, and that let it begin anew; ``None`` for none.
        interrupted_on: Its day.
        sue_by: The last day. Where it is a day off it ends later; that is left out, so that nobody is late.
        passed: It had passed on the day of the filing. That is the debtor's defence, and refuses nothing.
    """

    began_on: BeganOn
    sue_by: SueBy
    interrupted_by: InterruptingAct | None = None
    interrupted_on: InterruptedOn | None = None
    passed: Passed = False


RightToSue = Annotated[Limitation, Words("诉讼时效", "Limitation"), INSTITUTION]


class LimitationNear(Event, family="intake", zh="诉讼时效将届满", en="Limitation near"):
    """A dispute that is not mediated, and has no number of a court yet, has to be sued on soon: an alarm.

    Attributes:
        sue_by: The last day.
    """

    institution: InstitutionId
    sue_by: SueBy


class SuitTimeNear(Event, family="court", zh="起诉期限将届满", en="Time to sue ends soon"):
    """A mediation failed, and nobody has sued: an alarm before the time that began with its end is over.

    Source: 民法典 art 195.

    Attributes:
        sue_by: The last day.
    """

    institution: InstitutionId
    sue_by: SueBy
