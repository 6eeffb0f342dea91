"""Whose public keys are known, and how a wrong entry is named."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shared.network.keys import Key
from shared.network.load import parse_keys, parse_network
from shared.network.problems import NetworkError
from shared.runtime.base.signing import Signer
from tests.support.network_file import SMALL, problems_of

PORTAL, OTHER = Signer("portal-1", b"1" * 32), Signer("portal-2", b"2" * 32)
WITH_OPERATOR = f"{SMALL}  - {{id: op, name: 运维甲, organisation: court, role: operator}}\n"
ENTRY = (
    f"{{id: portal-1, owner: portal, use: messages, public: {PORTAL.public}, "
    "since: 2027-01-01T00:00:00+08:00}"
)
FILE = f"format: 1\nkeys:\n  - {ENTRY}\n"
IN_NETWORK = f"{SMALL}keys:\n  - {ENTRY}\n"
NETWORK = parse_network(WITH_OPERATOR, "small.yaml")
SINCE = datetime.fromisoformat("2027-01-01T00:00:00+08:00")


def wrong(old: str, new: str, text: str = FILE) -> list[tuple[int, str, str]]:
    assert old in text
    with pytest.raises(NetworkError) as caught:
        parse_keys(NETWORK, text.replace(old, new, 1), "keys.yaml")
    assert all(one.zh and one.en for one in caught.value.problems)
    return [(one.line, one.field, one.code) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("owner: portal", "owner: nobody", "owner", "network.unknown_reference"),
        ("owner: portal", "owner: clerk", "owner", "network.key_owner"),
        ("owner: portal", "owner: ccb", "owner", "network.key_owner"),
        ("use: messages", "use: tokens", "owner", "network.key_owner"),
        ("use: messages", "use: witness", "owner", "network.key_owner"),
        ("use: messages", "use: everything", "use", "network.bad_value"),
        ("id: portal-1", "id: Portal", "id", "network.bad_value"),
        (PORTAL.public, PORTAL.public[:-1], "public", "network.bad_value"),
        (PORTAL.public, PORTAL.public[:-1] + "B", "public", "network.bad_value"),
        ("2027-01-01T00:00:00+08:00", "2027-01-01", "since", "network.bad_value"),
        ("2027-01-01T00:00:00+08:00", "2027-01-01T00:00:00", "since", "network.bad_value"),
        ("2027-01-01T00:00:00+08:00", "1798732800", "since", "network.bad_value"),
        ("+08:00}", "+08:00, until: 2026-01-01T00:00:00+08:00}", "", "network.bad_value"),
        ("+08:00}", "+08:00, private: x}", "private", "network.unknown_field"),
    ],
)
def test_a_wrong_key_is_named_in_the_network_file_as_in_a_keys_file(
    old: str, new: str, field: str, code: str
) -> None:
    path = f"keys[0].{field}" if field else "keys[0]"

    assert (3, path, code) in wrong(old, new)
    assert (20, path, code) in problems_of(f"- {ENTRY}", f"- {ENTRY.replace(old, new)}", IN_NETWORK)


def test_no_key_is_there_twice_by_its_id_or_by_its_public_half() -> None:
    again = f"  - {ENTRY}\n"

    assert set(wrong(again, again * 2)) == {
        (4, "keys[1].id", "network.duplicate_id"),
        (4, "keys[1].public", "network.key_shared"),
    }


def test_a_keys_file_repeats_no_key_of_the_network_file() -> None:
    network = parse_network(IN_NETWORK, "small.yaml")

    with pytest.raises(NetworkError) as caught:
        parse_keys(network, FILE, "keys.yaml")

    assert {one.code for one in caught.value.problems} == {"network.duplicate_id", "network.key_shared"}


def test_the_keys_of_both_files_are_known_together() -> None:
    network = parse_network(IN_NETWORK, "small.yaml")
    other = FILE.replace("portal-1", "portal-2").replace(PORTAL.public, OTHER.public)

    keys = parse_keys(network, f"{other}revoked_tokens:\n  - {{id: a1, until: 2027-01-02T00:00:00Z}}\n", "k")

    assert [one.id for one in keys.all] == ["portal-1", "portal-2"]
    assert keys.revoked_tokens == {"a1"}


def test_a_key_of_an_operator_is_known_in_the_keys_file() -> None:
    file = FILE.replace("portal-1", "op-1").replace("owner: portal", "owner: op")

    assert [one.owner for one in parse_keys(NETWORK, file, "keys.yaml").all] == ["op"]


def key(**more: object) -> Key:
    fields = {"id": "portal-1", "owner": "portal", "use": "messages", "public": PORTAL.public, "since": SINCE}
    return Key.model_validate(fields | more)


@pytest.mark.parametrize(
    ("more", "at", "valid"),
    [
        ({}, SINCE - timedelta(microseconds=1), False),
        ({}, SINCE, True),
        ({"until": SINCE + timedelta(days=1)}, SINCE + timedelta(days=1, microseconds=-1), True),
        ({"until": SINCE + timedelta(days=1)}, SINCE + timedelta(days=1), False),
        ({"revoked": SINCE + timedelta(hours=1)}, SINCE + timedelta(minutes=59), True),
        ({"revoked": SINCE + timedelta(hours=1)}, SINCE + timedelta(hours=1), False),
        ({"revoked": SINCE - timedelta(days=9)}, SINCE, False),
    ],
)
def test_a_key_counts_from_its_first_instant_to_its_last(
    more: dict[str, object], at: datetime, valid: bool
) -> None:
    assert key(**more).is_valid(at) is valid
