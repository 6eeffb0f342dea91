"""The rules between the parts of a network file."""

from __future__ import annotations

from tests.support.network_file import problems_of


def test_a_pair_without_a_route_is_named() -> None:
    assert (
        problems_of("[simple, ordinary, complex]", "[simple, ordinary]")
        == [(14, "routing", "network.routing_missing")] * 4
    )


def test_a_pair_with_two_routes_is_refused() -> None:
    line = "  - {organisation: org, tiers: [simple], causes: [loan]}\n"

    assert problems_of("people:\n", line + "people:\n") == [(16, "routing[1]", "network.routing_twice")]


def test_a_label_has_one_name() -> None:
    line = "  - {code: fees, name: {zh: 费用, en: Fees}}\n"

    assert problems_of("people:\n", "labels:\n" + line + line + "people:\n") == [
        (18, "labels[1].code", "network.bad_value")
    ]


def test_a_route_needs_a_mediator_for_its_cause() -> None:
    assert (
        problems_of("[credit_card, loan, finance_lease, complaint], weight", "[loan], weight")
        == [(15, "routing[0].causes", "network.no_specialist")] * 3
    )
