"""What an event asks the institution of its case for: declared with the event, followed by alerts' clocks.

An event that asks says what answers it, until when, and what ends it unanswered. So nobody keeps a list of
requests by hand: whoever declares a new one has given it a clock.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from shared.contracts.kinds import DeadlineKind, Party
from shared.contracts.words import Audience, Coded, place_of

INSTITUTION_SEAT: Final = Party.APPLICANT
"""The place of the institution among the parties of its case."""


class RequestKind(Coded, zh="请求事项", en="What is asked for", seen_by=Audience.PARTY):
    """What an institution is asked for."""

    CORRECTION = "correction", "补正申报", "Correction of a filing"
    CONSENT = "consent", "是否同意调解", "Whether it agrees to mediation"
    WAIVER = "waiver", "对披露事项表态", "Whether to keep a mediator"
    EXTENSION = "extension", "是否同意延长", "Whether to prolong the period"
    FACTS = "facts", "确认无争议事实", "Confirmation of facts"
    SIGNATURE = "signature", "签署调解协议", "Signature of the agreement"
    CHOICE = "choice", "选定调解员", "Choice of a mediator"
    CONFIRMATION = "confirmation", "申请司法确认", "Application for confirmation"
    SUIT = "suit", "是否起诉", "Whether to sue"


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Asks:
    """What an event asks the institution of its case for.

    Attributes:
        kind: What it is.
        answers: Short types of the events that answer it. One that names a party is an answer only where that
            is the institution.
        ends: Short types of the events after which nobody waits for the answer any more.
        until: The field that holds the first instant after the time for it; empty for the working days that
            alerts' rules give. Where the field is there and ``None``, nothing is asked.
        provisional: The field that says whether a calendar may still move ``until``.
        corrected: Under which name ``DeadlineCorrected`` moves ``until``; ``None`` where it does not.
        when: Whether such an event asks the institution; it never asks the one whom its ``party`` names.
        about: The field that tells requests of one kind apart, and names in an answer which one it answers;
            empty where a later request takes the place of an earlier one.
        offer: Nobody has to take it: it has a clock, and silence is no failing.
    """

    kind: RequestKind
    answers: tuple[str, ...]
    ends: tuple[str, ...] = ()
    until: str = ""
    provisional: str = ""
    corrected: DeadlineKind | None = None
    about: str = ""
    offer: bool = False
    when: Callable[[Any], bool] = _always


def check_fields(event: type[Any]) -> None:
    """Check that the fields are there which an event's declaration names.

    Raises:
        TypeError: One is not.
    """
    asks = event.asks
    if asks is None:
        return
    for name in filter(None, (asks.until, asks.provisional, asks.about)):
        if name not in event.model_fields:
            raise TypeError(
                f"{event.__name__} asks by its field {name}, which it has not: "
                f"write one of its own in asks= at {place_of(event)}"
            )


def check_events(events: Iterable[type[Any]]) -> None:
    """Check that what answers or ends a request is an event of the language.

    Raises:
        TypeError: Something is not, or answers nothing.
    """
    known = list(events)
    names = {event.short_type for event in known}
    for event in known:
        if event.asks is None:
            continue
        if not event.asks.answers:
            raise TypeError(f"{event.__name__} asks and nothing answers: add answers= at {place_of(event)}")
        for name in (*event.asks.answers, *event.asks.ends):
            if name not in names:
                raise TypeError(
                    f"{event.__name__} names {name} in asks=, which is no event: write one that is, "
                    f"or take it out at {place_of(event)}"
                )
