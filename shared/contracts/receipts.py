"""A receipt: the proof that the history of a case is under the signed root of a day.

Whoever is concerned keeps it, and checks it with the public keys alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from shared.contracts import merkle
from shared.contracts.days import DayClosed, DayWitnessed, Tip, leaf_of

FORMAT: Final = "suyuan.receipt/2"
FORMATS: Final = ("suyuan.receipt/1", FORMAT)
"""Those that are checked: in the first the members' signatures were of its two days alone."""
ROW: Final = ("_id", "type", "time", "correlation", "causation", "actor", "value", "before", "digest")
"""What a receipt with rows says of each row of the history."""


class Sealed(NamedTuple):
    """What a service's part of a receipt is made of.

    Attributes:
        service: Whose histories.
        day: The day that has the case's tip.
        tips: All tips of that day, in the order of its tree.
        days: All closed days of the service, in their order; the last one is what the receipt leads up to.
    """

    service: str
    day: DayClosed
    tips: Sequence[Tip]
    days: Sequence[DayClosed]


def part_of(
    case: str,
    sealed: Sealed,
    witnesses: Sequence[DayWitnessed] = (),
    rows: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any] | None:
    """Return a service's part of the receipt of a case; ``None`` where the day has no tip of it.

    It takes a hash for each tip and each day: some 0.1 s where a day has 100,000 tips.

    Args:
        case: Whose receipt.
        sealed: Where it stands.
        witnesses: What members signed of the service's days; the last of each member counts, if it is not
            of an earlier day.
        rows: The rows of the history, where the receipt shall have them.
    """
    index = next((place for place, one in enumerate(sealed.tips) if one.subject == case), None)
    if index is None:
        return None
    tip, day, last = sealed.tips[index], sealed.day, sealed.days[-1]
    leaves = [leaf_of(sealed.service, one) for one in sealed.days]
    return {
        "service": sealed.service,
        "tip": {"number": tip.number, "digest": tip.digest},
        "index": index,
        "path": [one.hex() for one in merkle.inclusion([one.leaf for one in sealed.tips], index)],
        "day": day.model_dump(mode="json"),
        "last_day": last.model_dump(mode="json"),
        "grown": [one.hex() for one in merkle.consistency(leaves, day.day_number)],
        "witnesses": list(_witnessed(sealed, leaves, witnesses)),
        "rows": [{name: row[name] for name in ROW} for row in rows],
    }


def _witnessed(
    sealed: Sealed, leaves: Sequence[bytes], witnesses: Iterable[DayWitnessed]
) -> Iterator[dict[str, Any]]:
    """Yield what each member signed last, with the proof that its day grew out of the receipt's."""
    days = {one.day_number: one for one in sealed.days}
    last: dict[str, DayWitnessed] = {}
    for seen in witnesses:
        closed = days.get(seen.day_number)
        fits = closed is not None and closed.days_root == seen.days_root and seen.service == sealed.service
        if fits and seen.day_number >= max(sealed.day.day_number, _number(last.get(seen.member))):
            last[seen.member] = seen
    for _, seen in sorted(last.items()):
        proof = merkle.consistency(leaves[: seen.day_number], sealed.day.day_number)
        yield {
            "seen": seen.model_dump(mode="json"),
            "closed": days[seen.day_number].model_dump(mode="json"),
            "grown": [one.hex() for one in proof],
        }


def _number(seen: DayWitnessed | None) -> int:
    return 0 if seen is None else seen.day_number


def receipt(case: str, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the receipt of a case as it is handed out."""
    return {"format": FORMAT, "case": case, "services": list(parts)}
