"""Tell all stories to a running platform, side by side, as people would: over its topics."""

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from deploy.local.players import TOPICS, Stalled
from deploy.local.turns.script import Case, Do, File, Sent, Telling
from deploy.local.turns.story import Story
from services.portal.endpoints.sealing import from_mediation
from shared.casework.calendar import SHANGHAI
from shared.contracts.message import Event
from shared.runtime.base.records import Parsed
from shared.runtime.base.sealing import Sealer
from shared.runtime.base.settings import Settings
from shared.runtime.serve.client import EventReader, MessageSender

BEGIN: Final = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
"""Monday on which the first story begins; each later one a minute after it."""
_NAMESPACE: Final = uuid.UUID("f3d0b8f6-3a0c-5c58-8d7c-0f2f7f3d1a55")
_STALL_S: Final = 60.0

Progress = Callable[[int, int, str], None]


async def play(
    settings: Settings, mediation_url: str, stories: Sequence[Story], progress: Progress
) -> list[Telling]:
    """Tell every story to its end; return how they went.

    Args:
        settings: Where Kafka is, and the secret from which the ids of the cases follow.
        mediation_url: Address of mediation's HTTP API, which tells the key to seal with.
        stories: What is told.
        progress: Gets the stories that are told, all stories, and what the first of the others waits for.

    Raises:
        Stalled: Nothing came for a minute although a story waits.
    """
    key = settings.party_key.get_secret_value().encode()
    tellings = [_telling(story, number, key) for number, story in enumerate(stories, start=1)]
    sealer = Sealer.of(await from_mediation(mediation_url)())
    async with (
        MessageSender(settings, source="/suyuan/turns", linger_ms=2) as sender,
        EventReader(settings, TOPICS) as reader,
    ):
        for telling in tellings:
            await _send(sender, sealer, telling, telling.begin(), "begin")
        moved = time.monotonic()
        while waiting := [one for one in tellings if not one.over]:
            progress(len(tellings) - len(waiting), len(tellings), waiting[0].waits_for)
            for parsed in await reader.batch(timeout_ms=50):
                heard = next((one for one in tellings if parsed.subject in one.cases), None)
                if heard is not None:
                    moved = time.monotonic()
                    await _hear(sender, sealer, heard, parsed)
            await sender.flush()
            if time.monotonic() - moved > _STALL_S:
                raise _stalled(waiting)
        progress(len(tellings), len(tellings), "")
    return tellings


def _telling(story: Story, number: int, key: bytes) -> Telling:
    case = Case(story.filing(number), key, now=BEGIN + timedelta(minutes=number))
    return Telling(case, story.script(case))


async def _hear(sender: MessageSender, sealer: Sealer, telling: Telling, parsed: Parsed) -> None:
    if isinstance(parsed.body, Event) and parsed.at is not None:
        await _send(sender, sealer, telling, telling.hear(parsed.subject, parsed.body, parsed.at), parsed.id)


async def _send(
    sender: MessageSender,
    sealer: Sealer,
    telling: Telling,
    sends: Sequence[tuple[Sent, datetime]],
    cause: str,
) -> None:
    for step, (what, at) in enumerate(sends):
        id_ = str(uuid.uuid5(_NAMESPACE, f"{telling.case.id}|{cause}|{step}"))
        if isinstance(what, File):
            await sender.filing(what.filing, id=id_, at=at, wait=False)
            continue
        case, actor = what.about, what.actor
        if isinstance(what, Do):
            service, command = what.service, what.command
        else:
            service, command = "mediation", sealer.command(what.kind, what.fields, case, actor)
        await sender.command(service, command, case, actor=actor, id=id_, at=at, wait=False)


def _stalled(waiting: Sequence[Telling]) -> Stalled:
    told = "; ".join(f"{one.case.filing.reference} {one.waits_for}" for one in waiting[:5])
    return Stalled(
        code="scenario.stalled",
        zh=f"一分钟内没有任何进展，{len(waiting)} 个情节未完：{told}",
        en=f"Nothing came for a minute, and {len(waiting)} stories wait: {told}",
    )
