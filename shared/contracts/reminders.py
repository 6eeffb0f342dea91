"""The language of reminders: who is told of a limit before it ends, and after it has."""

from datetime import datetime
from typing import Annotated

from shared.contracts.fields import OrganisationId
from shared.contracts.kinds import PARTY, DeadlineKind, Role
from shared.contracts.message import Event
from shared.contracts.words import Coded, Words


class ReminderStep(Coded, zh="提醒步骤", en="Step", seen_by=PARTY):
    """Which step of the ladder it is."""

    PERIOD_FIRST = "period_first", "调解期满前第一次提醒", "First, before the period ends"
    PERIOD_SECOND = "period_second", "调解期满前第二次提醒", "Second, before the period ends"
    PERIOD_LAST = "period_last", "调解期满前最后提醒", "Last, before the period ends"
    ANSWER = "answer", "答复期满前提醒", "Before the time to answer ends"
    DESIGNATION_LATE = "designation_late", "指定逾期报告法院", "The designation is late"
    PAUSE_LONG = "pause_long", "期限长期中止", "The clock has stood for long"
    INQUIRY_LATE = "inquiry_late", "征询逾期报告法院", "The inquiry is late"


Addressee = Annotated[Role, Words("提醒对象", "Reminded"), PARTY]
EndsAt = Annotated[datetime, Words("所提醒的期限", "Limit"), PARTY]


class ReminderDue(Event, family="mediation", zh="期限提醒", en="Reminder due"):
    """Somebody is to be reminded of a limit; each step once for each end that a limit has.

    Attributes:
        addressee: The mediator; her organisation's clerk where there is none; the court's clerk, where a
            limit has passed and nobody has acted on its alarm.
        ends_at: The first instant after the limit; of a long pause, when that was reached.
    """

    organisation: OrganisationId
    step: ReminderStep
    deadline: DeadlineKind
    addressee: Addressee
    ends_at: EndsAt
