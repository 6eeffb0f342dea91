"""What an institution is told of its own cases: each event of all services, with the fields that it may see.

Who may see a field stands in the field's type (:class:`~shared.contracts.words.Audience`), who hears of an
event with the event (``told_to``, ``quiet``). So nothing here lists events or fields.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.common import CommandRefused, CommandUnchanged
from shared.contracts.declared import fields_of
from shared.contracts.fields import PARTY, InstitutionId
from shared.contracts.kinds import Role, Service
from shared.contracts.message import REGISTRY, Command, Delivery, Event, Message, versions_of
from shared.contracts.topics import CASES_PREFIX
from shared.contracts.words import Audience, Words

_TO_ITS_INSTITUTION = (Delivery(CASES_PREFIX, owner="institution"),)


class Told(Message):
    """The fields of an event that its institution may see, as they stand in the event."""

    model_config = ConfigDict(extra="allow")


class CaseEventTold(
    Event, family="portal", zh="案件事件告知", en="Event of a case told", also=_TO_ITS_INSTITUTION, aside=True
):
    """An event of a case, as its institution is told of it; ``ce_sequence`` counts what it is told of a case.

    Attributes:
        event: Wire type of the event.
        event_id: Its ``ce_id``.
        service: Which service said it.
        service_number: Its number among that service's events of the case; what lacks was not for it to hear.
        happened_at: Its business time.
        reply_to: Id of the institution's own message that it answers; empty for any other.
        data: Its fields.
    """

    institution: InstitutionId
    event: Annotated[str, Words("事件类型", "Event type"), PARTY]
    event_id: Annotated[str, Words("事件号", "Event id"), PARTY]
    service: Service
    service_number: Annotated[int, Field(ge=1), Words("服务内序号", "Number in its service"), PARTY]
    happened_at: Annotated[str, Words("发生时间", "Happened at"), PARTY]
    data: Annotated[Told, Words("内容", "Content"), PARTY]
    reply_to: Annotated[str, Words("所答消息", "Answers message"), PARTY] = ""


@cache
def visible(model: type[BaseModel], viewer: Audience) -> dict[str, Any]:
    """Return the fields of a model that a viewer may see, in pydantic's form of ``include``."""
    out: dict[str, Any] = {}
    for name, field in fields_of(model).items():
        if field.audience.reaches(viewer):
            inner = visible(field.part, viewer) if field.part else True
            out[name] = {"__all__": inner} if field.part and field.many else inner
    return out


def is_quiet(body: Message) -> bool:
    """Return whether nobody but its sender learns of an event: it is quiet, or answers a request that is."""
    if isinstance(body, CommandRefused | CommandUnchanged):
        asked = REGISTRY.get(body.command)
        return asked is not None and asked.quiet
    return body.quiet


@cache
def heard_by(role: str, short_type: str) -> bool:
    """Tell whether people of a role hear of an event of a type, in any of its versions."""
    told = [cls.told_to for cls in versions_of(short_type) if cls.told_to is not None]
    return all(role in roles for roles in told)


def told_of(body: Message) -> Told | None:
    """Return what an institution is told of a message; ``None`` for what is not for it."""
    if isinstance(body, Command) or is_quiet(body) or not heard_by(Role.INSTITUTION_AGENT, body.short_type):
        return None
    include = visible(type(body), Audience.INSTITUTION)
    # Made of a message that was checked: nothing needs to be looked at again.
    return Told.model_construct(**body.model_dump(mode="json", include=include, exclude_none=True))


def forms() -> dict[str, type[Event]]:
    """Return the events of which institutions are told, by wire type."""
    return {
        wire_type: cls
        for wire_type, cls in sorted(REGISTRY.items())
        if issubclass(cls, Event)
        and not (cls.quiet or cls.aside)
        and heard_by(Role.INSTITUTION_AGENT, cls.short_type)
    }
