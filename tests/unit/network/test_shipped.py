"""The network files that ship with the platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import scenario
from shared.contracts.kinds import Cause, Tier
from shared.network.load import load_network

NETWORKS = Path(__file__).parents[3] / "deploy" / "networks"


def test_the_founding_network_is_one_court_two_organisations_and_the_institutions() -> None:
    network = load_network(NETWORKS / "fengtai.yaml")

    assert (network.court.code, network.court.name.zh) == ("京0106", "北京市丰台区人民法院")
    assert [one.name.zh for one in network.organisations] == [
        "北京市金融消费纠纷人民调解委员会",
        "北京秉正银行业消费者权益保护促进中心",
    ]
    assert [len(one.mediators) for one in network.organisations] == [12, 12]
    assert {one.capacity for org in network.organisations for one in org.mediators} == {60}
    assert {one.kind for one in network.institutions} == {"bank", "consumer_finance", "lessor"}
    for id, zh in (("ccb", "中国建设银行"), ("abc", "中国农业银行")):
        bank = network.institution(id)
        assert bank is not None
        assert bank.name.zh == zh
        assert bank.filings_topic == f"filings.{id}"


def test_another_city_differs_in_data_only() -> None:
    network = load_network(NETWORKS / "chancheng.yaml")

    assert network.court.code == "粤0604"
    assert (len(network.organisations), len(network.institutions)) == (1, 3)
    assert [one.weight for one in network.organisations[0].mediators] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("path", sorted(NETWORKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_network_routes_every_dispute_to_a_specialist(path: Path) -> None:
    network = load_network(path)

    assert network.id == path.stem
    for tier in Tier:
        for cause in Cause:
            receiver = network.route(tier, cause)
            assert any(cause in one.specialities for one in receiver.mediators)
    for institution in network.institutions:
        assert any(one.organisation == institution.id for one in network.people)


def test_every_issue_product_and_mediator_of_the_demo_has_a_name_in_both_languages() -> None:
    network = load_network(NETWORKS / "fengtai.yaml")
    named = {one.code for one in network.labels}
    filings = [plan.filing for plan in scenario.make(b"key")]

    assert {one.issue for one in filings} <= named
    assert {one.product for one in filings} <= named
    assert all(one.en for org in network.organisations for one in org.mediators)


def test_routing_splits_by_tier_and_cause() -> None:
    network = load_network(NETWORKS / "fengtai.yaml")

    assert network.route(Tier.SIMPLE, Cause.LOAN).id == "people-mediation"
    assert network.route(Tier.COMPLEX, Cause.LOAN).id == "banking-mediation"
    assert network.route(Tier.ORDINARY, Cause.CREDIT_CARD).id == "people-mediation"
    assert network.route(Tier.SIMPLE, Cause.FINANCE_LEASE).id == "banking-mediation"
