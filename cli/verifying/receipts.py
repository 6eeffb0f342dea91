"""Receipts: the history of a case is under the signed root of a day; kept and checked without anybody."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.verifying.days import ClosedDays, from_database, parts_of, signed_by
from cli.verifying.findings import FILE, WITNESS, Finding
from shared.contracts.tampering import Wrong

if TYPE_CHECKING:
    from shared.contracts.days import DayClosed, DayWitnessed
    from shared.network.keys import Keys
    from shared.runtime.commit.mongo import Database

Part = dict[str, Any]


async def receipt_of(
    service: str, database: "Database", case: str, witnesses: "Sequence[DayWitnessed]", *, rows: bool
) -> Part | None:
    """Return a service's part of the receipt of a case; ``None`` where no closed day has the case.

    Args:
        service: Name of the service.
        database: The service's own.
        case: Whose receipt.
        witnesses: What members signed.
        rows: Whether the rows themselves come along.
    """
    from shared.contracts.days import Tip
    from shared.contracts.receipts import Sealed, part_of
    from shared.network.keys import Keys
    from shared.runtime.base.collections import HISTORY
    from shared.runtime.decide.history import rows_of

    days = ClosedDays(service, Keys())
    day = await _last_day_with(case, days, database)
    if day is None:
        return None
    every = [days.days[number] for number in sorted(days.days)]
    found = await database.find(HISTORY, rows_of(case), sort=[("_id", 1)]) if rows else []
    roots = {(one.day_number, one.days_root) for one in (day, every[-1])}
    return part_of(
        case,
        Sealed(service, day, [Tip.parse(one) for one in days.tips_of(day)], every),
        [one for one in witnesses if one.service == service and (one.day_number, one.days_root) in roots],
        found,
    )


async def _last_day_with(case: str, days: ClosedDays, database: "Database") -> "DayClosed | None":
    """Return the last closed day that has a tip of the case, its listing read."""
    from shared.contracts.days import TipsListed
    from shared.runtime.base.collections import TIP_LISTS

    await from_database(days, database, tips=False)
    by_listing = {day.listing: day for day in days.days.values()}
    holding = {"value": {"$regex": re.escape(f'"{case} ')}}
    for row in await database.find(TIP_LISTS, holding, sort=[("_id", -1)], fields=("_id",)):
        day = by_listing.get(row["_id"].rpartition(":")[0])
        if day is not None:
            for part in await database.find(TIP_LISTS, parts_of(day.listing)):
                days.list_part(TipsListed.model_validate_json(part["value"]))
            return day
    return None


def check(receipt: Mapping[str, Any], keys: "Keys") -> Iterator[Finding]:
    """Yield what does not hold of a receipt, the first row of each service alone.

    Args:
        receipt: As the file has it.
        keys: The public keys, which whoever checks has from elsewhere.

    Raises:
        ValueError: The file is no receipt.
    """
    from shared.contracts.receipts import FORMAT

    if receipt.get("format") != FORMAT:
        raise ValueError(FORMAT)
    try:
        for part in receipt["services"]:
            yield from _check_part(str(receipt["case"]), part, keys)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _check_part(case: str, part: Mapping[str, Any], keys: "Keys") -> Iterator[Finding]:
    from shared.contracts import days, merkle
    from shared.contracts.days import DayWitnessed, Tip

    service = str(part["service"])
    day, last = _day(part["day"]), _day(part["last_day"])
    tip = Tip(case, int(part["tip"]["number"]), str(part["tip"]["digest"]))
    path = [bytes.fromhex(one) for one in part["path"]]
    if (row := _wrong_row(case, part["rows"], tip)) is not None:
        yield Finding(service, case, row[0], row[1], FILE)
    if not merkle.includes(bytes.fromhex(day.tips_root), day.histories, int(part["index"]), tip.leaf, path):
        yield Finding(service, case, tip.number, Wrong.ROOT, FILE, day.day)
    for one in (day, last):
        if not signed_by(keys, "history", service, one.signature, days.signed(service, one)):
            yield Finding(service, case, tip.number, Wrong.SIGNATURE, FILE, one.day)
    grown = [bytes.fromhex(one) for one in part["grown"]]
    roots = bytes.fromhex(day.days_root), bytes.fromhex(last.days_root)
    same = day.day_number != last.day_number or day == last
    if not same or not merkle.grew(day.day_number, roots[0], last.day_number, roots[1], grown):
        yield Finding(service, case, tip.number, Wrong.SPLIT, FILE, last.day)
    for raw in part["witnesses"]:
        seen = DayWitnessed.model_validate(raw, strict=False)
        content = days.witnessed(service, seen.day_number, seen.days_root, seen.member)
        known = {(one.day_number, one.days_root) for one in (day, last)}
        if (seen.day_number, seen.days_root) not in known or not signed_by(
            keys, "witness", seen.member, seen.signature, content
        ):
            yield Finding(service, case, tip.number, Wrong.SIGNATURE, WITNESS, seen.member)


def _day(raw: Any) -> "DayClosed":
    from shared.contracts.days import DayClosed

    return DayClosed.model_validate(raw, strict=False)


def _wrong_row(case: str, rows: Any, tip: Any) -> tuple[int, Wrong] | None:
    """Return the first row that does not hold; ``None`` also where the receipt comes without rows."""
    from shared.runtime.decide.chains import Chain

    if not rows:
        return None
    chain = Chain(case)
    for row in rows:
        if (wrong := chain.take(row)) is not None:
            return chain.count, wrong
        if chain.count == tip.number and row["digest"] != tip.digest:
            return chain.count, Wrong.SEALED
    return (chain.count + 1, Wrong.GONE) if chain.count < tip.number else None
