"""A story: its name in both languages, what is filed, how it goes, and with which end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from deploy.local.turns.script import Case, Script
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import End


@dataclass(frozen=True, slots=True)
class Story:
    """One turn that a case can take.

    Attributes:
        zh: Its name in Chinese.
        en: The same in English.
        filing: What is filed; the number makes people and reference its own.
        script: How it goes.
        end: With which end the mediation is over; ``None`` where there is none.
        refuses: Reason codes of the commands that are refused on the way, in their order.
    """

    zh: str
    en: str
    filing: Callable[[int], FileDispute]
    script: Callable[[Case], Script]
    end: End | None
    refuses: tuple[str, ...] = ()


STORIES: Final[list[Story]] = []
"""All stories, in the order in which they are declared."""


def story(
    zh: str,
    en: str,
    filing: Callable[[int], FileDispute],
    *,
    end: End | None,
    refuses: tuple[str, ...] = (),
) -> Callable[[Callable[[Case], Script]], Callable[[Case], Script]]:
    """Declare a story."""

    def declared(script: Callable[[Case], Script]) -> Callable[[Case], Script]:
        STORIES.append(Story(zh, en, filing, script, end, refuses))
        return script

    return declared
