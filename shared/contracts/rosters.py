"""The language of a roster: who stands on it, and from which level on cases are shared."""

from typing import Annotated

from shared.contracts.fields import INSIDE, MediatorId
from shared.contracts.message import Event, Message
from shared.contracts.words import Words

Weight = Annotated[int, Words("权重", "Weight"), INSIDE]
Capacity = Annotated[int, Words("额定件数", "Capacity"), INSIDE]
Started = Annotated[int, Words("起点件数", "Started at"), INSIDE]


class Listed(Message):
    """A mediator who takes part in the shares from now on.

    Attributes:
        weight: Share relative to the colleagues.
        capacity: The most cases held at one time.
        started: What is added to the seats ever given, so that the mediator stands at the level of the
            others; below 0 where the weight was lowered.
    """

    mediator: Annotated[MediatorId, INSIDE]
    weight: Weight
    capacity: Capacity
    started: Started


class RosterChanged(Event, family="mediation", zh="名册变更", en="Roster changed"):
    """Somebody joined or left, or has another weight or capacity; the first one names everybody.

    Attributes:
        listed: Who joined or changed.
        left: Who takes part no longer; seats that they hold stay theirs.
    """

    listed: Annotated[tuple[Listed, ...], Words("入册", "Listed"), INSIDE]
    left: Annotated[tuple[MediatorId, ...], Words("离册", "Left"), INSIDE] = ()
