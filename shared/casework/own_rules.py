"""A city's own versions of a service's rules: read from the network file, recorded as events, never changed.

The network file says what the city wants, the service's history says what is in force. A version that was
recorded stays readable for the cases that started under it, whatever the file says by now, and is in force
until another one is recorded: a replica with an older file neither takes it back nor decides by other limits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar

from shared.casework.limits import Found, Number, has_taxonomy, limits_of, with_limits, with_taxonomy
from shared.casework.protocol import Received, State, Stream, Timed
from shared.casework.rulebook import RuleBook, digest
from shared.contracts import reasons
from shared.contracts.common import LabelChange, LabelKind, LimitSet, RulesAdopted
from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import Cause
from shared.contracts.message import Event
from shared.network import words
from shared.network.problems import FieldPath
from shared.network.schema import CityVersion, LabelsChanged, LimitChange, Network
from shared.network.words import Wording

R = TypeVar("R")
KIND: Final = "rules"
_SHOWN: Final = 60


def rules_subject(service: str) -> str:
    """Return the subject whose history records a service's rules.

    It sorts behind all cases: who loads it together with a case sees every version that the case may have.
    """
    return f"~rules.{service}"


class Recorded(State):
    """What is in force, as the history says.

    Attributes:
        versions: The adoptions in their order; the last is in force.
    """

    versions: tuple[RulesAdopted, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRules(Generic[R]):
    """The city's own versions of one service's rules.

    Attributes:
        service: Name of the service.
        book: The book that the service's decisions read; recorded versions are entered in it.
        wanted: The versions of the network file, oldest first.
    """

    service: str
    book: RuleBook[R]
    wanted: Sequence[RulesAdopted]

    @property
    def subject(self) -> str:
        """The subject whose history records them."""
        return rules_subject(self.service)

    @property
    def stream(self) -> Stream[Recorded]:
        """The stream that records them; no message reaches it."""
        return Stream(KIND, Recorded, _decide_nothing, _evolve)

    def missing(self, recorded: Recorded | None, at: datetime) -> list[Timed]:
        """Return the adoptions that are still to be recorded.

        Raises:
            SuyuanError: The file contradicts what is recorded.
        """
        known = {one.rules_version: one for one in recorded.versions} if recorded is not None else {}
        for one in known.values():
            if one.base_version not in self.book.versions:
                what = f"{one.rules_version} ({one.base_version})"
                raise _contradiction("rules.program_too_old", what, self.service)
        for one in self.wanted:
            if known.get(one.rules_version, one).rules_digest != one.rules_digest:
                raise _contradiction("rules.changed", one.rules_version, self.service)
        new = [one for one in self.wanted if one.rules_version not in known]
        if list(self.wanted[len(self.wanted) - len(new) :]) != new:
            raise _contradiction("rules.out_of_order", new[0].rules_version, self.service)
        return [Timed(at, one) for one in new]

    def learn(self, recorded: Recorded | None) -> None:
        """Enter what is recorded in the book; a version of rules that this program lacks is left out."""
        for one in recorded.versions if recorded is not None else ():
            if one.rules_version not in self.book.adopted and one.base_version in self.book.versions:
                self.book.adopted[one.rules_version] = made(self.book, one)

    def not_in_file(self) -> str:
        """Return the version that is in force and not in the file of this replica; empty where it is."""
        version = self.book.in_force
        if version not in self.book.adopted or version in {one.rules_version for one in self.wanted}:
            return ""
        return version

    def newer(self, recorded: Recorded | None) -> str:
        """Return the published version that came after the one that the city's rests on; empty for none."""
        if recorded is None or not recorded.versions:
            return ""
        return "" if recorded.versions[-1].base_version == self.book.current else self.book.current


def own_rules(service: str, book: RuleBook[R], network: Network) -> OwnRules[R]:
    """Return the city's versions of a service's rules, as the network file has them.

    Args:
        service: Name of the service.
        book: The published versions; the service decides by a copy of its own.
        network: The network.

    Raises:
        NetworkError: The file sets a limit that there is not, or one that it may not; all are named.
    """
    versions: Sequence[CityVersion] = getattr(network.rules, service, ())
    wrong = [one for i, version in enumerate(versions) for one in _wrong(service, i, version, book)]
    if wrong:
        raise network.invalid(wrong)
    return OwnRules(service, book.copy(), [_adopted(version, book) for version in versions])


def made(book: RuleBook[R], adopted: RulesAdopted) -> R:
    """Return the rules of an adopted version."""
    base = book.versions[adopted.base_version]
    found = limits_of(base)
    values = {one.rule: _exact(found[one.rule], one.city_limit) for one in adopted.limits}
    changed = with_limits(base, values, adopted.rules_version)
    return with_taxonomy(changed, adopted.taxonomy)


def _exact(found: Found, value: Number) -> Number:
    return int(value) if found.whole else float(value)


def _adopted(version: CityVersion, book: RuleBook[Any]) -> RulesAdopted:
    found = limits_of(book.versions[version.of])
    limits = {one.rule: [one.value, one.source] for one in version.limits}
    return RulesAdopted(
        rules_version=version.version,
        base_version=version.of,
        by=version.by,
        rules_digest=digest({"of": version.of, "limits": limits, **_told(version)}),
        limits=tuple(
            LimitSet(
                rule=one.rule,
                published_limit=float(found[one.rule].value),
                city_limit=float(one.value),
                unit=found[one.rule].limit.unit,
                source=one.source,
            )
            for one in version.limits
        ),
        taxonomy=tuple(LabelChange(**{**dict(one), "of": LabelKind(one.of)}) for one in version.taxonomy),
    )


def _told(version: CityVersion) -> dict[str, Any]:
    # A version without changes of labels has the digest that it had before there were any.
    changes = [one.model_dump(mode="json") for one in version.taxonomy]
    return {"taxonomy": changes} if changes else {}


def _decide_nothing(state: Recorded | None, message: Received) -> Sequence[Event]:
    return ()


def _evolve(state: Recorded | None, event: Event, at: datetime) -> Recorded:
    assert isinstance(event, RulesAdopted)
    before = Recorded() if state is None else state
    return Recorded(versions=(*before.versions, event))


def _contradiction(code: str, version: str, service: str) -> SuyuanError:
    reason = reasons.text(code)
    return SuyuanError(
        code=code, zh=f"{service} {version}:{reason.zh}", en=f"{service} {version}: {reason.en}"
    )


# What only the rules of the service can find wrong in the file -----------------------------------

_Wrong = tuple[FieldPath, Wording]


def _wrong(service: str, index: int, version: CityVersion, book: RuleBook[Any]) -> Iterator[_Wrong]:
    path = ("rules", service, index)
    if version.version in book.versions:
        yield (*path, "version"), words.VERSION_PUBLISHED.fill(version=version.version)
    base = book.versions.get(version.of)
    if base is None:
        known = ", ".join(sorted(book.versions))
        wording = words.UNKNOWN_VERSION.fill(service=service, version=version.of, known=known)
        yield (*path, "of"), wording
        return
    found = limits_of(base)
    for i, change in enumerate(version.limits):
        yield from _wrong_limit((*path, "limits", i), version.of, change, found)
    yield from _above(path, version.limits, found)
    if version.taxonomy and not has_taxonomy(base):
        yield (*path, "taxonomy"), words.NO_TAXONOMY.fill(service=service)
    for i, labels in enumerate(version.taxonomy):
        yield from _wrong_labels((*path, "taxonomy", i), labels)


def _wrong_labels(path: FieldPath, change: LabelsChanged) -> Iterator[_Wrong]:
    old, new = (_short(", ".join(one)) for one in (change.old, change.new))
    if len(change.old) > 1 and len(change.new) > 1:
        yield (*path, "new"), words.MANY_TO_MANY.fill(old=old, new=new)
    twice = len(set(change.old)) < len(change.old) or len(set(change.new)) < len(change.new)
    if twice or change.old == change.new:
        yield (*path, "old"), words.SAME_LABELS.fill(old=old)
    known = [one.value for one in Cause]
    for field, labels in (("old", change.old), ("new", change.new)):
        for label in labels if change.of == "cause" else ():
            if label not in known:
                wording = words.NO_SUCH_CAUSE.fill(shown=_short(label), known=", ".join(known))
                yield (*path, field), wording


def _wrong_limit(
    path: FieldPath, version: str, change: LimitChange, found: dict[str, Found]
) -> Iterator[_Wrong]:
    one = found.get(change.rule)
    if one is None:
        near = get_close_matches(change.rule, found, n=1) or sorted(found)
        wording = words.UNKNOWN_LIMIT.fill(version=version, rule=change.rule, known=", ".join(near))
        yield (*path, "rule"), wording
        return
    limit = one.limit
    told = {
        "shown": _short(change.value),
        "rule": change.rule,
        "unit": limit.unit.en,
        "unit_zh": limit.unit.zh,
    }
    if one.whole and not isinstance(change.value, int):
        yield (*path, "value"), words.NOT_WHOLE.fill(**told)
    elif not limit.at_least <= change.value <= limit.at_most:
        told |= {"least": f"{limit.at_least}", "most": f"{limit.at_most}"}
        told |= {"bound": f" ({limit.bound})", "bound_zh": f"({limit.bound})"} if limit.bound else _NO_BOUND
        yield (*path, "value"), words.OUT_OF_BOUNDS.fill(**told)


_NO_BOUND: Final = {"bound": "", "bound_zh": ""}


def _above(path: FieldPath, changes: Iterable[LimitChange], found: dict[str, Found]) -> Iterator[_Wrong]:
    """Yield the limits that pass another one, which they must not."""
    values = {rule: one.value for rule, one in found.items()} | {one.rule: one.value for one in changes}
    for i, change in enumerate(changes):
        for rule, one in found.items():
            pair = (rule, one.limit.not_above)
            if change.rule in pair and all(pair) and values[rule] > values[pair[1]]:
                told = {"shown": _short(values[rule]), "other": pair[1], "limit": _short(values[pair[1]])}
                yield (*path, "limits", i, "value"), words.ABOVE_ANOTHER.fill(**told)


def _short(value: Number | str) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
