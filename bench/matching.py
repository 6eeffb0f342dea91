"""Matching: what a filing costs when few and when many disputes are stored, each of another respondent.

Whoever files has a stored dispute already, so that each filing loads, compares and writes a stream that is
there. A tenth of the filings are like the stored one, and are offered to a person. A filing is done when its
dispute has been matched, which is after its own events were published.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

from pymongo import MongoClient, WriteConcern

from bench.disputes import INSTITUTIONS, complaints, id_number, person
from bench.followed import Run, figures, followed
from bench.site import SECRET, Site
from bench.twins.rows import stream_row
from services.intake.case import Dispute, case
from services.intake.handlers import case_stream, without_raw_data
from services.intake.matches import Candidate, Matches, matches
from services.intake.rules import KeyedHashes
from shared.casework.protocol import Received
from shared.contracts.envelope import SYSTEM
from shared.network.load import load_network
from shared.runtime.base.partitioner import partition_of
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.decide.states import shape_of
from shared.runtime.serve.client import MessageSender

FEW: Final = 10_000
MANY: Final = 1_000_000
_HASHES: Final = KeyedHashes(SECRET.encode())
_AT: Final = datetime(2025, 6, 30, 1, tzinfo=UTC)
_ROWS: Final = 5_000
"""Rows of one insert."""
_LIKE: Final = 10
"""One filing in so many is like the stored one."""
_TAG: Final = "@"
"""Stands in a row that was written once for what differs in each."""


async def run(site: Site, stored: int, count: int, warm_up: int) -> Run:
    """Measure filings with so many disputes stored, each of another respondent.

    Args:
        site: Where.
        stored: Disputes, and streams of matches, that are there before.
        count: Filings that are measured.
        warm_up: Filings before these, in the same flow, that are not.
    """
    await site.reset()
    assert site.addresses is not None
    await asyncio.to_thread(store, site.addresses.mongo_admin_url, stored, site.settings.partitions)
    await _file(site, stored, count + warm_up)
    site.start_service("intake")
    samples = await followed(site, count + warm_up, 120 + count / 50)
    await site.stop()
    return figures(samples, warm_up)


async def _file(site: Site, stored: int, count: int) -> None:
    """File disputes of respondents who are spread over all that are stored."""
    async with MessageSender(site.settings, source="/bench", linger_ms=5) as sender:
        for number, filing in enumerate(complaints(count, start=stored)):
            who = number * stored // count
            issue = filing.issue if number % _LIKE == 0 else "另一争议事项"
            changed = filing.model_copy(
                update={"party": person(who), "institution": _institution(who), "issue": issue}
            )
            await sender.filing(changed, wait=False)
        await sender.flush()


# What is stored ---------------------------------------------------------------------------------


def store(url: str, count: int, partitions: int) -> None:
    """Write so many disputes and streams of matches as the service keeps them, without their history."""
    client: MongoClient[dict[str, Any]]
    with MongoClient(url) as client, ThreadPoolExecutor(3) as pool:
        streams: Any = client["suyuan_intake"].get_collection("streams", write_concern=WriteConcern(w=1))
        inserts = []
        for first in range(0, count, _ROWS // 2):
            numbers = range(first, min(count, first + _ROWS // 2))
            rows = [row for number in numbers for row in rows_of(number, partitions)]
            inserts.append(pool.submit(streams.insert_many, rows, ordered=False))
            while len(inserts) > 6:
                inserts.pop(0).result()
        for insert in inserts:
            insert.result()


def rows_of(number: int, partitions: int) -> Iterator[dict[str, Any]]:
    """Yield the stored row of a dispute, and that of its respondent's matches."""
    institution, reference = _institution(number), f"ST-{number:08d}"
    id, token = _HASHES.case(institution, reference), _HASHES.party(id_number(number))
    texts = {"institution": institution, "case": id, "token": token}
    yield _row(id, case.name, _DISPUTE, texts, partitions)
    yield _row(_HASHES.matches(token), matches.name, _MATCHES, texts, partitions)


def _row(id: str, kind: str, template: tuple[str, str], texts: dict[str, str], partitions: int) -> Any:
    state, shape = template
    for name, text in texts.items():
        state = state.replace(_TAG + name, text)
    row = stream_row(id, kind, partition_of(id, partitions), "0" * 32, "stored")
    return {**row, "revision": 1, "version": 2, "state": state, "shape": shape, "tip": "0" * 64}


def _dispute() -> tuple[str, str]:
    """Return the state of a stored dispute with tags for what differs, and the shape of its model."""
    (filing,) = complaints(1)
    body = without_raw_data(filing, _HASHES)
    stream = case_stream(load_network(DEFAULT_NETWORK))
    state: Dispute | None = None
    for event in stream.decide(None, Received(body, "m", "/bench", "sy1", _AT, SYSTEM)):
        state = stream.evolve(state, event, _AT)
    assert state is not None
    tagged = state.but(institution=f"{_TAG}institution", party_token=f"{_TAG}token")
    return tagged.model_dump_json(), shape_of(Dispute)


def _matches() -> tuple[str, str]:
    """Return the same of the matches of a respondent who has one dispute."""
    (filing,) = complaints(1)
    known = Candidate(
        institution=f"{_TAG}institution",
        cause=filing.cause,
        claim_fen=filing.claim_fen,
        day=datetime.now(UTC).date(),
        sequence=1,
        issue=filing.issue,
    )
    return Matches(candidates={f"{_TAG}case": known}).model_dump_json(), shape_of(Matches)


_DISPUTE: Final = _dispute()
_MATCHES: Final = _matches()


def _institution(number: int) -> str:
    return INSTITUTIONS[number % len(INSTITUTIONS)]
