"""The language of clocks: what an institution was asked for, and whether it answered in time.

Source: practice of the platform, after the "timely response" of the CFPB's complaint database; how days are
counted: 民事诉讼法 (2023) art 85.
"""

from typing import Annotated

from pydantic import Field

from shared.contracts.asks import RequestKind
from shared.contracts.fields import (
    INSIDE,
    PARTY,
    AnswerBy,
    AnswerProvisional,
    DeadlineAfter,
    DeadlineBefore,
    InstitutionId,
    Provisional,
    ReceivedOn,
    RulesVersion,
    Timely,
)
from shared.contracts.kinds import ContactMeans, Role
from shared.contracts.message import Command, Event
from shared.contracts.words import Coded, Words


class DropGround(Coded, zh="终止原因", en="Why nobody waits", seen_by=PARTY):
    """Why nobody waits for an answer any more."""

    REPLACED = "replaced", "已有新的请求", "Asked anew"
    OVERTAKEN = "overtaken", "已无需答复", "No answer is needed any more"
    MERGED = "merged", "案件已合并", "The case was merged"


RequestId = Annotated[
    str, Field(pattern=r"^[a-z]+-[0-9]{1,4}$"), Words("请求编号", "Number of the request"), PARTY
]
"""The kind, and its number in the case."""
RequestAbout = Annotated[str, Field(max_length=60), Words("请求所涉", "What it is about"), INSIDE]
Offer = Annotated[bool, Words("可选", "Optional"), PARTY]


class InstitutionAsked(Event, family="alerts", zh="请求机构答复", en="Institution asked"):
    """The platform asked the institution of a case for something: the clock runs.

    Attributes:
        answer_by: The first instant after the time for its answer; ``None`` without a limit.
        answer_provisional: A calendar that is still to come may move it.
        request_about: Which one it is of several that may be open at one time, such as a mediator; empty
            where there is one.
        offer: Nobody has to take it: silence is no failing.
    """

    request: RequestId
    request_kind: RequestKind
    request_about: RequestAbout
    institution: InstitutionId
    answer_by: AnswerBy | None
    answer_provisional: AnswerProvisional = False
    offer: Offer = False
    rules_version: RulesVersion


class InstitutionAnswered(Event, family="alerts", zh="机构已答复", en="Institution answered"):
    """The institution answered.

    Attributes:
        timely: Whether that was before the end of the time for it; ``None`` where there is none.
        received_on: When it came, where the court's clerk recorded it by hand, and is the event's actor.
        means: How it came; likewise.
    """

    request: RequestId
    timely: Timely
    received_on: ReceivedOn | None = None
    means: ContactMeans | None = None


class RequestDropped(Event, family="alerts", zh="无需机构答复", en="Request dropped"):
    """Nobody waits for the answer any more. What was overdue by then stays so.

    Attributes:
        timely: ``False`` where the time for the answer was over; else ``None``: it counts for nothing.
    """

    request: RequestId
    drop_ground: DropGround
    timely: Timely = None


class RequestClockCorrected(Event, family="alerts", zh="机构答复期限核定", en="Time for an answer corrected"):
    """The calendar is known, and a provisional limit is final or another."""

    request: RequestId
    before: DeadlineBefore
    after: DeadlineAfter
    provisional: Provisional


class RecordAnswer(
    Command, family="alerts", zh="代录机构答复", en="Record an answer", roles=(Role.COURT_CLERK,)
):
    """Record an answer that came by letter or phone (subject: the case); it counts for the day it came.

    Attributes:
        received_on: Not before the request, and not ahead.
    """

    request: RequestId
    received_on: ReceivedOn
    means: ContactMeans
