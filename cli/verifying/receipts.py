"""Receipts: the history of a case is under the signed root of a day; kept and checked without anybody."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cli.verifying.days import ClosedDays, from_database, parts_of
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
    from shared.contracts.receipts import Sealed, part_of
    from shared.network.keys import Keys
    from shared.runtime.base.collections import HISTORY
    from shared.runtime.decide.history import rows_of

    days = ClosedDays(service, Keys())
    day = await _last_day_with(case, days, database)
    if day is None:
        return None
    tips = days.tips_of(day)
    if tips is None:
        return None
    every = [days.days[number] for number in sorted(days.days)]
    found = await database.find(HISTORY, rows_of(case), sort=[("_id", 1)]) if rows else []
    return part_of(
        case,
        Sealed(service, day, tips, every),
        witnesses,
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


def check(receipt: Mapping[str, Any], keys: "Keys", least: int = 0) -> Iterator[Finding]:
    """Yield what does not hold of a receipt, the first row of each service alone.

    Args:
        receipt: As the file has it.
        keys: The public keys, which whoever checks has from elsewhere.
        least: So many members must have signed what each service's part leads to.

    Raises:
        ValueError: The file is no receipt.
    """
    from shared.contracts.receipts import FORMATS

    if receipt.get("format") not in FORMATS:
        raise ValueError(str(receipt.get("format")))
    case = str(receipt["case"])
    try:
        for part in receipt["services"]:
            service, number = str(part["service"]), int(part["tip"]["number"])
            yield from _check_part(case, part, keys)
            members = set()
            for seen, wrong in _seen(part, keys):
                if wrong is None:
                    members.add(seen.member)
                else:
                    yield Finding(service, case, number, wrong, WITNESS, seen.member)
            if len(members) < least:
                detail = f"{len(members)} / {least}"
                yield Finding(service, case, number, Wrong.WITNESSES, WITNESS, detail)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def members_of(part: Mapping[str, Any], keys: "Keys") -> dict[str, int]:
    """Return the members whose signatures hold under a service's part, with the number of the day of each."""
    return {seen.member: seen.day_number for seen, wrong in _seen(part, keys) if wrong is None}


def _seen(part: Mapping[str, Any], keys: "Keys") -> "Iterator[tuple[DayWitnessed, Wrong | None]]":
    """Yield what each member signed, and what is wrong with it."""
    from shared.contracts import days, merkle
    from shared.contracts.days import DayWitnessed
    from shared.runtime.base.keyring import signed_by

    service, day, last = str(part["service"]), _day(part["day"]), _day(part["last_day"])
    for raw in part["witnesses"]:
        if "seen" in raw:
            seen, closed = DayWitnessed.model_validate(raw["seen"], strict=False), _day(raw["closed"])
            grown = [bytes.fromhex(one) for one in raw["grown"]]
            roots = bytes.fromhex(day.days_root), bytes.fromhex(closed.days_root)
            leads = merkle.grew(day.day_number, roots[0], closed.day_number, roots[1], grown)
            told = signed_by(keys, "history", service, closed.signature, days.signed(service, closed))
        else:  # of before: it is of one of the two days
            seen = DayWitnessed.model_validate(raw, strict=False)
            closed = day if seen.day_number == day.day_number else last
            leads = told = True
        of_it = (seen.service, seen.day_number, seen.days_root)
        content = days.witnessed(service, seen.day_number, seen.days_root, seen.member)
        owned = signed_by(keys, "witness", seen.member, seen.signature, content, left_by=closed.until)
        if not owned or not told:
            yield seen, Wrong.SIGNATURE
        elif not leads or of_it != (service, closed.day_number, closed.days_root):
            yield seen, Wrong.SPLIT
        else:
            yield seen, None


def _check_part(case: str, part: Mapping[str, Any], keys: "Keys") -> Iterator[Finding]:
    from shared.contracts import days, merkle
    from shared.contracts.days import Tip
    from shared.runtime.base.keyring import signed_by

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
