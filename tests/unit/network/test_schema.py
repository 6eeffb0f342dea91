"""The network's lookups, and a network that is built without a file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from shared.network.load import parse_network
from shared.network.schema import Network
from tests.support.network_file import SMALL


def test_lookups_find_what_the_file_holds_and_none_otherwise() -> None:
    network = parse_network(SMALL, "small.yaml")

    mediator, holder = network.mediator("m02"), network.organisation_of("m02")
    assert mediator is not None
    assert (mediator.name, mediator.weight, mediator.capacity) == ("调解员乙", 3, 1)
    assert holder is network.organisation("org")
    assert network.member("court") is network.court
    assert network.member("ccb") is network.institution("ccb")
    assert network.member("org") is network.organisation("org")
    for find in (
        network.institution,
        network.organisation,
        network.organisation_of,
        network.mediator,
        network.person,
        network.member,
    ):
        assert find("nobody") is None


def test_a_mediator_is_a_person_of_the_organisation_that_lists_it() -> None:
    person = parse_network(SMALL, "small.yaml").person("m01")

    assert person is not None
    assert (person.name, person.organisation, person.role) == ("调解员甲", "org", "mediator")


def test_a_network_built_without_a_file_keeps_the_same_rules() -> None:
    network = parse_network(SMALL, "small.yaml")
    data = network.model_dump(mode="json")

    assert Network.model_validate(data) == network
    data["routing"][0]["organisation"] = "nobody"
    with pytest.raises(ValidationError, match="nobody"):
        Network.model_validate(data)


def test_a_network_cannot_be_changed() -> None:
    network = parse_network(SMALL, "small.yaml")

    with pytest.raises(ValidationError, match="frozen"):
        network.court.code = "京0101"  # type: ignore[misc]
