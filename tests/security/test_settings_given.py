"""What a service cannot do without, and no default gives it, stands in docker-compose.yml and for Kubernetes.

The platform on one machine gives each service all that it works with, so the other two are held to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from pydantic import SecretStr

from cli.local import _SECRETS, LocalPlan, LocalSystem
from deploy.local.keys import local_keys
from deploy.local.stack import StackAddresses
from shared.contracts.topics import SERVICES
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from tests.support.kustomized import variables_of

ROOT: Final = Path(__file__).parents[2]
OF_NO_SERVICE: Final = {"SUYUAN_OPERATOR_KEY", "SUYUAN_TOKEN_KEY", "SUYUAN_KAFKA_USERS"}
"""Held by people, by who issues tokens, and by the job that makes the users."""
OF_TLS: Final = {"SUYUAN_KAFKA_CA", "SUYUAN_KAFKA_CERTIFICATE", "SUYUAN_KAFKA_KEY"}
BY_CHOICE: Final = {
    "alerts": {
        *("SUYUAN_SMTP_URL", "SUYUAN_SMTP_USER", "SUYUAN_SMTP_PASSWORD", "SUYUAN_MAIL_FROM"),
        "SUYUAN_WEBHOOK_NETWORKS",
    }
}
"""Not there on one machine: a mail server and networks of the operator's own."""
OF_A_GATEWAY: Final = {"SUYUAN_HTTP_PROXIES"}
"""An overlay says it, with the addresses of what stands in front."""


def without_default() -> set[str]:
    """Return the variables that are empty unless somebody sets them."""

    def is_empty(default: Any) -> bool:
        return default in ("", None) or (isinstance(default, SecretStr) and not default.get_secret_value())

    return {f"SUYUAN_{name.upper()}" for name, one in Settings.model_fields.items() if is_empty(one.default)}


@pytest.fixture(scope="module")
def on_one_machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The variables without default that the local platform gives to each service."""
    folder = tmp_path_factory.mktemp("platform")
    system = LocalSystem(LocalPlan(folder, dict.fromkeys(SERVICES, 1)), lambda _: None)
    system.addresses = StackAddresses("h:1", "h:2", dict.fromkeys(SERVICES, "mongodb://h"), "", "secret")
    system._keys = local_keys(folder, load_network(DEFAULT_NETWORK))
    system._secrets = dict.fromkeys(_SECRETS, "s" * 40)
    system._ports = {"mediation-0.http": 1}
    empty = without_default()
    return {
        service: {name for name, value in system._environment(service).items() if value and name in empty}
        for service in SERVICES
    }


def composed() -> dict[str, set[str]]:
    """The variables of each service in docker-compose.yml."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    return {service: set(services[service]["environment"]) for service in SERVICES}


def test_every_setting_without_a_default_is_given_by_the_local_platform_or_is_somebodys_choice(
    on_one_machine: dict[str, set[str]],
) -> None:
    given = set().union(*on_one_machine.values())
    chosen = OF_NO_SERVICE | OF_TLS | OF_A_GATEWAY | set().union(*BY_CHOICE.values())
    assert given.isdisjoint(chosen)
    assert without_default() == given | chosen, "a new one: who is given it, and where?"


@pytest.mark.parametrize("service", SERVICES)
def test_compose_gives_each_service_what_it_has_on_one_machine_and_what_may_be_chosen(
    on_one_machine: dict[str, set[str]], service: str
) -> None:
    wanted = on_one_machine[service] | BY_CHOICE.get(service, set())
    assert len(wanted) >= 4
    assert wanted - composed()[service] == set()
    assert composed()[service] & OF_NO_SERVICE == set()


@pytest.mark.parametrize("service", SERVICES)
def test_kubernetes_gives_each_service_the_same_once_its_components_are_named(
    on_one_machine: dict[str, set[str]], service: str
) -> None:
    name = service.replace("_", "-")
    wanted = on_one_machine[service] | BY_CHOICE.get(service, set())
    assert wanted - variables_of(name, "webhooks", "mail") == set()
    assert variables_of(name, "webhooks", "mail") & OF_NO_SERVICE == set()
    closed = {"SUYUAN_NOTICES_KEY", *BY_CHOICE["alerts"]}
    assert variables_of(name) & closed == set(), "off by default"
    assert {"SUYUAN_KAFKA_CA"} <= variables_of(name), "TLS, as base/settings.yaml says"
