"""The portal, put together."""

from services.portal.app import build
from shared.contracts.topics import EVENT_TOPICS
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings

NETWORK = load_network(DEFAULT_NETWORK)


def test_the_portal_reads_every_service() -> None:
    service = build(Settings(), NETWORK)
    assert service.name == "portal"
    of_services = set(EVENT_TOPICS.values()) - {"portal.events"}
    assert {"intake.events", "mediation.events", "court.events", "alerts.events"} <= of_services
    assert set(service.topics) == {*of_services, "portal.commands", "portal.rejections", "history.tips"}
    assert service.http is not None
