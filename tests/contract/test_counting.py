"""Readers count every event of a source and subject, also those that they do not care about."""

from datetime import UTC, datetime

import pytest

from services.alerts.app import build as alerts
from services.court_bridge.app import build as court_bridge
from services.intake.app import build as intake
from services.mediation.app import build as mediation
from services.portal.app import build as portal
from shared.casework.case_ids import series_id
from shared.casework.protocol import Received, Rejected
from shared.contracts.envelope import SYSTEM
from shared.contracts.language import REGISTRY, belongs
from shared.contracts.message import Event
from shared.contracts.topics import Identity, rule_of
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.serve.service import Service
from tests.support.cases import case_id

NETWORK = load_network(DEFAULT_NETWORK)
KEYS = ("party_key", "personal_keys", "sealing_keys")
SETTINGS = Settings.model_validate(dict.fromkeys(KEYS, "x" * 32))
SERVICES = [build(SETTINGS, NETWORK) for build in (intake, mediation, court_bridge, alerts, portal)]
SUBJECTS = {
    "a case": case_id("ccb", "R-1"),
    "a series": series_id("ccb", "credit_card", "逾期未还"),
    "a roster": NETWORK.organisations[0].id,
}
COUNTED = [
    (service, topic)
    for service in SERVICES
    for topic in service.topics
    if rule_of(topic).identity is Identity.SEQUENCE
]


@pytest.mark.parametrize(("service", "topic"), COUNTED, ids=lambda one: getattr(one, "name", one))
@pytest.mark.parametrize("kind", SUBJECTS)
def test_whether_an_event_is_counted_hangs_on_its_subject_and_not_on_its_type(
    service: Service, topic: str, kind: str
) -> None:
    subject = SUBJECTS[kind]
    led = {}
    for cls in REGISTRY.values():
        if issubclass(cls, Event) and belongs(cls, topic):
            message = Received(
                cls.model_construct(), "m-1", "/test", subject, datetime.now(UTC), SYSTEM, sequence=1
            )
            try:
                led[cls.__name__] = service.route(topic, subject, message) is not None
            except Rejected:
                led[cls.__name__] = False
    assert led
    assert len(set(led.values())) == 1, f"{service.name} leaves out some events of {topic}: {led}"
