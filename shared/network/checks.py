"""The rules between the parts of a network file, which a schema cannot state.

They read plain data that may be wrong in any other way: what does not have the expected form is skipped
here, because the schema reports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from shared.contracts.kinds import Cause, Tier
from shared.contracts.topics import SERVICES
from shared.network import words
from shared.network.keys import KEY_OWNERS
from shared.network.problems import FieldPath, field_name
from shared.network.words import Wording

__all__ = ["Entry", "Finding", "entries", "findings", "key_findings"]


class Finding(NamedTuple):
    """A problem, and the path of the value that has it."""

    path: FieldPath
    wording: Wording


class Entry(NamedTuple):
    """A mapping of the file, and where it stands."""

    path: FieldPath
    fields: dict[str, Any]


class _Parts(NamedTuple):
    """The entries of a file, by what they describe."""

    courts: list[Entry]
    """The one court, or none."""
    organisations: list[Entry]
    institutions: list[Entry]
    recipients: list[Entry]
    mediators: list[Entry]
    people: list[Entry]
    routing: list[Entry]
    labels: list[Entry]
    versions: list[Entry]
    """The city's own versions of the rules, of all services."""
    keys: list[Entry]
    prefix: str
    """What their names begin with; empty where the network has no id."""


def findings(data: object) -> Iterator[Finding]:
    """Return everything that is wrong between the parts of the file."""
    if not isinstance(data, dict):
        return
    parts = _parts(data)
    for rule in _RULES:
        yield from rule(parts)


def _parts(data: dict[str, Any]) -> _Parts:
    court = data.get("court")
    organisations = entries(data.get("organisations"), ("organisations",))
    return _Parts(
        courts=[Entry(("court",), court)] if isinstance(court, dict) else [],
        organisations=organisations,
        institutions=entries(data.get("institutions"), ("institutions",)),
        recipients=entries(data.get("recipients"), ("recipients",)),
        mediators=[each for one in organisations for each in _mediators_of(one)],
        people=entries(data.get("people"), ("people",)),
        routing=entries(data.get("routing"), ("routing",)),
        labels=entries(data.get("labels"), ("labels",)),
        versions=_versions(data.get("rules")),
        keys=entries(data.get("keys"), ("keys",)),
        prefix=f"{id}-" if isinstance(id := data.get("id"), str) else "",
    )


def entries(value: object, path: FieldPath) -> list[Entry]:
    """Return the mappings of a list, each with its path; nothing where there is no list."""
    if not isinstance(value, list):
        return []
    return [Entry((*path, i), one) for i, one in enumerate(value) if isinstance(one, dict)]


def _versions(rules: object) -> list[Entry]:
    if not isinstance(rules, dict):
        return []
    return [one for service, value in rules.items() for one in entries(value, ("rules", service))]


def _mediators_of(organisation: Entry) -> list[Entry]:
    return entries(organisation.fields.get("mediators"), (*organisation.path, "mediators"))


def _words(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


# Ids ------------------------------------------------------------------------------------------

_RESERVED: Final = (*SERVICES, "suyuan", "system")
"""Owners of keys, the beginning of the users of the broker, and who acts when a time is over."""


def _member_ids_are_unique(parts: _Parts) -> Iterator[Finding]:
    return _duplicate_ids(parts.courts + parts.organisations + parts.institutions + parts.recipients)


def _person_ids_are_unique(parts: _Parts) -> Iterator[Finding]:
    return _duplicate_ids(parts.mediators + parts.people)


def _nobody_has_an_id_of_the_platform_or_of_a_member(parts: _Parts) -> Iterator[Finding]:
    """Keys, users of the broker and actors go by ids alone: a person ``portal`` would sign as the portal."""
    members = parts.courts + parts.organisations + parts.institutions + parts.recipients
    people = parts.mediators + parts.people
    for path, fields in members + people:
        if (id := fields.get("id")) in _RESERVED:
            yield Finding((*path, "id"), words.RESERVED_ID.fill(id=id))
    taken = {id: path for path, one in members if isinstance(id := one.get("id"), str)}
    for path, fields in people:
        if isinstance(id := fields.get("id"), str) and id in taken:
            yield Finding((*path, "id"), words.DUPLICATE_ID.fill(id=id, there=field_name(taken[id])))


def _duplicate_ids(found: Sequence[Entry]) -> Iterator[Finding]:
    first: dict[str, FieldPath] = {}
    for path, fields in found:
        id = fields.get("id")
        if not isinstance(id, str):
            continue
        if id in first:
            yield Finding((*path, "id"), words.DUPLICATE_ID.fill(id=id, there=field_name(first[id])))
        else:
            first[id] = path


# Lists ----------------------------------------------------------------------------------------


def _specialities_are_listed_once(parts: _Parts) -> Iterator[Finding]:
    for one in parts.mediators:
        yield from _listed_twice(one, "specialities")


def _tiers_and_causes_are_listed_once(parts: _Parts) -> Iterator[Finding]:
    for one in parts.routing:
        yield from _listed_twice(one, "tiers")
        yield from _listed_twice(one, "causes")


def _listed_twice(entry: Entry, field: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for word in _words(entry.fields.get(field)):
        if word in seen:
            yield Finding((*entry.path, field), words.LISTED_TWICE.fill(word=word))
        seen.add(word)


def _labels_are_named_once(parts: _Parts) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, fields in parts.labels:
        code = fields.get("code")
        if isinstance(code, str) and code in seen:
            yield Finding((*path, "code"), words.LISTED_TWICE.fill(word=code))
        elif isinstance(code, str):
            seen.add(code)


# People ---------------------------------------------------------------------------------------

_MEDIATOR: Final = "mediator"
_MEMBER_KIND_OF_ROLE: Final = {
    "institution_agent": "institution",
    "organisation_clerk": "organisation",
    "court_clerk": "court",
    "judge": "court",
    "recipient_agent": "recipient",
}
"""The kind of member that a role belongs to; an operator belongs to any."""


def _mediators_stand_on_a_roster_only(parts: _Parts) -> Iterator[Finding]:
    for path, fields in parts.people:
        if fields.get("role") == _MEDIATOR:
            yield Finding((*path, "role"), words.MEDIATOR_AMONG_PEOPLE)


def _people_belong_to_a_member_that_fits_their_role(parts: _Parts) -> Iterator[Finding]:
    kinds = _member_kinds(parts)
    for path, fields in parts.people:
        member, role = fields.get("organisation"), fields.get("role")
        if role == _MEDIATOR or not isinstance(member, str):
            continue
        kind = kinds.get(member)
        if kind is None:
            yield Finding((*path, "organisation"), words.UNKNOWN_MEMBER.fill(id=member))
            continue
        wanted = _MEMBER_KIND_OF_ROLE.get(role) if isinstance(role, str) else None
        if wanted is not None and wanted != kind:
            yield Finding((*path, "role"), _wrong_role(str(role), wanted, member, kind))


def _member_kinds(parts: _Parts) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for members, kind in (
        (parts.courts, "court"),
        (parts.organisations, "organisation"),
        (parts.institutions, "institution"),
        (parts.recipients, "recipient"),
    ):
        for one in members:
            if isinstance(id := one.fields.get("id"), str):
                kinds[id] = kind
    return kinds


def _wrong_role(role: str, wanted: str, member: str, kind: str) -> Wording:
    return words.WRONG_ROLE.fill(
        role=role,
        id=member,
        wanted=wanted,
        wanted_zh=words.MEMBER_KINDS_ZH[wanted],
        kind=kind,
        kind_zh=words.MEMBER_KINDS_ZH[kind],
    )


# Routing --------------------------------------------------------------------------------------

_CAUSES: Final = tuple(one.value for one in Cause)
_TIERS: Final = tuple(one.value for one in Tier)

_Pair = tuple[str, str]
"""A tier and a cause."""


def _pairs_are_routed_once(parts: _Parts) -> Iterator[Finding]:
    taken: dict[_Pair, FieldPath] = {}
    for one in parts.routing:
        for tier, cause in _pairs(one):
            first = taken.setdefault((tier, cause), one.path)
            if first != one.path:
                there = field_name(first)
                yield Finding(one.path, words.ROUTED_TWICE.fill(tier=tier, cause=cause, there=there))


def _receivers_have_specialists(parts: _Parts) -> Iterator[Finding]:
    known = _specialities_by_organisation(parts)
    for path, fields in parts.routing:
        receiver = fields.get("organisation")
        if not isinstance(receiver, str):
            continue
        if receiver not in known:
            yield Finding((*path, "organisation"), words.UNKNOWN_RECEIVER.fill(id=receiver))
            continue
        for cause in _words(fields.get("causes")):
            if cause in _CAUSES and cause not in known[receiver]:
                yield Finding((*path, "causes"), words.NO_SPECIALIST.fill(id=receiver, cause=cause))


def _specialities_by_organisation(parts: _Parts) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for one in parts.organisations:
        if isinstance(id := one.fields.get("id"), str):
            causes = known.setdefault(id, set())
            for each in _mediators_of(one):
                causes.update(_words(each.fields.get("specialities")))
    return known


def _every_pair_is_routed(parts: _Parts) -> Iterator[Finding]:
    routed = [_pairs(one) for one in parts.routing]
    if not routed or not all(routed):
        return  # the schema reports the lines without a tier or cause
    taken = {pair for pairs in routed for pair in pairs}
    for tier in _TIERS:
        for cause in _CAUSES:
            if (tier, cause) not in taken:
                yield Finding(("routing",), words.ROUTING_MISSING.fill(tier=tier, cause=cause))


def _pairs(line: Entry) -> list[_Pair]:
    """Return each pair of the line once, in the line's order."""
    tiers, causes = _words(line.fields.get("tiers")), _words(line.fields.get("causes"))
    return list(dict.fromkeys((tier, cause) for tier in tiers for cause in causes))


# The city's own rules ---------------------------------------------------------------------------


def _versions_have_a_name_of_their_own(parts: _Parts) -> Iterator[Finding]:
    first: dict[str, FieldPath] = {}
    for path, fields in parts.versions:
        version = fields.get("version")
        if not isinstance(version, str):
            continue
        if version in first:
            there = field_name(first[version])
            yield Finding((*path, "version"), words.VERSION_TWICE.fill(version=version, there=there))
        first.setdefault(version, path)
        if not version.startswith(parts.prefix):
            wording = words.VERSION_NAME.fill(version=version, prefix=parts.prefix)
            yield Finding((*path, "version"), wording)


def _versions_have_somebody_who_answers_for_them(parts: _Parts) -> Iterator[Finding]:
    known = {id for one in (*parts.people, *parts.mediators) if isinstance(id := one.fields.get("id"), str)}
    for path, fields in parts.versions:
        if isinstance(by := fields.get("by"), str) and by not in known:
            yield Finding((*path, "by"), words.UNKNOWN_PERSON.fill(id=by))


def _limits_are_set_once(parts: _Parts) -> Iterator[Finding]:
    for path, fields in parts.versions:
        seen: set[str] = set()
        for limit in entries(fields.get("limits"), (*path, "limits")):
            rule = limit.fields.get("rule")
            if isinstance(rule, str) and rule in seen:
                yield Finding((*limit.path, "rule"), words.LISTED_TWICE.fill(word=rule))
            elif isinstance(rule, str):
                seen.add(rule)


# Keys -----------------------------------------------------------------------------------------


def _keys_are_somebodys(parts: _Parts) -> Iterator[Finding]:
    roles: dict[str, object] = {}
    for one in (*parts.mediators, *parts.people):
        if isinstance(id := one.fields.get("id"), str):
            roles[id] = one.fields.get("role", _MEDIATOR)
    return key_findings(parts.keys, _member_kinds(parts), roles)


def key_findings(
    keys: Sequence[Entry], kinds: Mapping[str, str], people: Mapping[str, object]
) -> Iterator[Finding]:
    """Return everything that is wrong between keys, and between keys and network.

    Args:
        keys: The entries, as plain data.
        kinds: The kind of each member (court, organisation, institution) by id.
        people: The role of each person by id.
    """
    yield from _duplicate_ids(keys)
    first: dict[str, FieldPath] = {}
    for path, fields in keys:
        public = fields.get("public")
        if isinstance(public, str):
            there = first.setdefault(public, path)
            if there != path:
                yield Finding((*path, "public"), words.KEY_SHARED.fill(there=field_name(there)))
        owner, use = fields.get("owner"), fields.get("use")
        if isinstance(owner, str) and isinstance(use, str):
            yield from _owner_findings(path, owner, use, kinds, people)


def _owner_findings(
    path: FieldPath, owner: str, use: str, kinds: Mapping[str, str], people: Mapping[str, object]
) -> Iterator[Finding]:
    found = {
        kind
        for kind, known in (
            ("service", owner in SERVICES),
            ("member", owner in kinds),
            ("court", kinds.get(owner) == "court"),
            ("operator", people.get(owner) == "operator"),
        )
        if known
    }
    if not found and owner not in people:
        yield Finding((*path, "owner"), words.UNKNOWN_OWNER.fill(id=owner))
    elif (wanted := KEY_OWNERS.get(use)) is not None and not found & wanted.kinds:
        wording = words.KEY_OWNER.fill(id=owner, use=use, wanted=wanted.en, wanted_zh=wanted.zh)
        yield Finding((*path, "owner"), wording)


_RULES: Final[tuple[Callable[[_Parts], Iterator[Finding]], ...]] = (
    _member_ids_are_unique,
    _person_ids_are_unique,
    _nobody_has_an_id_of_the_platform_or_of_a_member,
    _specialities_are_listed_once,
    _mediators_stand_on_a_roster_only,
    _people_belong_to_a_member_that_fits_their_role,
    _tiers_and_causes_are_listed_once,
    _labels_are_named_once,
    _pairs_are_routed_once,
    _receivers_have_specialists,
    _every_pair_is_routed,
    _versions_have_a_name_of_their_own,
    _versions_have_somebody_who_answers_for_them,
    _limits_are_set_once,
    _keys_are_somebodys,
)
