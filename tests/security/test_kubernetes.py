"""deploy/kubernetes against the schemas of Kubernetes, the settings that there are, and our promises."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import Settings
from shared.runtime.deliver.outward import _NEVER, may_reach
from tests.support.kustomized import COMPONENTS, KUBERNETES, documents

BASE = Path(__file__).parents[2] / "deploy" / "kubernetes" / "base"
VERSION = "1.31"
FILES = yaml.safe_load((BASE / "kustomization.yaml").read_text("utf-8"))["resources"]
DOCUMENTS: list[dict[str, Any]] = [
    one for name in FILES for one in yaml.safe_load_all((BASE / name).read_text("utf-8"))
]
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"]
    for one in DOCUMENTS
    if one["kind"] in ("StatefulSet", "Job")
}
POLICIES = {one["metadata"]["name"]: one["spec"] for one in DOCUMENTS if one["kind"] == "NetworkPolicy"}
NAMES = {service: service.replace("_", "-") for service in SERVICES}


def container(name: str) -> dict[str, Any]:
    (only,) = PODS[name]["containers"]
    return dict(only)


def environment(name: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in container(name)["env"]}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: f"{one['kind']}/{one['metadata']['name']}")
def test_every_document_is_valid(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)


def test_a_document_with_a_word_that_there_is_not_is_refused() -> None:
    wrong = {**DOCUMENTS[-1], "spec": {**DOCUMENTS[-1]["spec"], "podSelecter": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_the_folder_has_no_file_that_is_left_out() -> None:
    assert {path.name for path in BASE.glob("*.yaml")} == {*FILES, "kustomization.yaml"}
    assert PODS.keys() == {*NAMES.values(), "provision"}


def test_every_variable_is_a_setting() -> None:
    known = {f"SUYUAN_{name.upper()}" for name in Settings.model_fields}
    shared = next(one for one in DOCUMENTS if one["kind"] == "ConfigMap")["data"]
    assert shared.keys() <= known
    for name in PODS:
        assert environment(name).keys() <= known, name


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_own_user_and_its_own_secrets(service: str) -> None:
    name = NAMES[service]
    values = environment(name)
    assert container(name)["args"] == ["serve", service]
    assert values["SUYUAN_KAFKA_USERNAME"]["value"] == f"suyuan.{service}"
    assert values["SUYUAN_MONGO_DATABASE"]["value"] == f"suyuan_{service}"
    secrets = {
        one["valueFrom"]["secretKeyRef"]["name"] for one in values.values() if "secretKeyRef" in str(one)
    }
    assert secrets == {f"suyuan-{name}"}
    assert "SUYUAN_TOKEN_KEY" not in values, "no service signs tokens"
    assert values["SUYUAN_HISTORY_KEY"]["valueFrom"]["secretKeyRef"]["name"] == f"suyuan-{name}"


@pytest.mark.parametrize("name", PODS)
def test_no_pod_is_root_writes_its_image_or_takes_all_memory_and_no_secret_is_an_argument(name: str) -> None:
    pod, one = PODS[name], container(name)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["automountServiceAccountToken"] is False
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert one["resources"]["limits"]["memory"]
    assert not re.search(r"PASSWORD|KEY|\$\(", str(one["args"]))


def reached(policy: dict[str, Any]) -> set[tuple[str, int]]:
    return {
        (peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"], port["port"])
        for rule in policy["egress"]
        for peer in rule["to"]
        for port in rule["ports"]
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_kafka_and_its_own_database_and_the_portal_the_key_of_mediation(
    service: str,
) -> None:
    name = NAMES[service]
    more = {("mediation", 8000)} if service == "portal" else set()
    assert reached(POLICIES[name]) == {("kafka", 9093), (f"mongo-{name}", 27017), *more}
    assert POLICIES[name]["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": name}}


def test_whatever_no_policy_names_is_closed() -> None:
    assert POLICIES["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, policy in POLICIES.items():
        for rule in (*policy.get("egress", ()), *policy.get("ingress", ())):
            assert rule.get("ports"), name
            assert all("ipBlock" not in peer for peer in rule.get("to", rule.get("from"))), name


# -- alerts reaches out, where an overlay says so ----------------------------------------------------------

OPENED = documents(*COMPONENTS)
OUT = {
    one["metadata"]["name"]: one["spec"] for one in OPENED if one["metadata"]["name"].startswith("alerts-")
}


@pytest.mark.parametrize("document", OPENED, ids=lambda one: f"{one['kind']}/{one['metadata']['name']}")
def test_every_document_is_valid_with_all_components(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)


def test_a_component_adds_a_way_out_for_alerts_and_its_settings_and_changes_nothing_else() -> None:
    assert COMPONENTS == ("mail", "webhooks")
    names = [(one["kind"], one["metadata"]["name"]) for one in DOCUMENTS]
    opened = {(one["kind"], one["metadata"]["name"]): one for one in OPENED}
    assert opened.keys() - set(names) == {
        ("NetworkPolicy", "alerts-mail"),
        ("NetworkPolicy", "alerts-webhooks"),
    }
    before = dict(zip(names, DOCUMENTS, strict=True))
    changed = [name for name, one in before.items() if opened[name] != one]
    assert changed == [("StatefulSet", "alerts")]
    alerts = opened["StatefulSet", "alerts"]["spec"]["template"]["spec"]
    (one,) = alerts["containers"]
    assert {**one, "env": container("alerts")["env"]} == container("alerts")
    known = {f"SUYUAN_{name.upper()}" for name in Settings.model_fields}
    assert {each["name"] for each in one["env"]} <= known
    for name in COMPONENTS:
        files = {path.name for path in (KUBERNETES / name).glob("*.yaml")}
        assert files == {"kustomization.yaml", "alerts.yaml", "network-policy.yaml"}


def opens(policy: dict[str, Any], address: IPv4Address | IPv6Address) -> bool:
    """Tell whether a policy lets out to an address."""
    return any(
        address in ip_network(block["cidr"])
        and not any(address in ip_network(one) for one in block.get("except", ()))
        for rule in policy["egress"]
        for block in (peer["ipBlock"] for peer in rule["to"])
        if ip_network(block["cidr"]).version == address.version
    )


def corners() -> list[IPv4Address | IPv6Address]:
    """Return the first and the last address of every block that is special, and its neighbours outside."""
    blocks = [ip_network(one) for rule in OUT["alerts-webhooks"]["egress"] for peer in rule["to"]
              for one in peer["ipBlock"]["except"]]  # fmt: skip
    special = (
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "::1/128",
        "::/96",
        "::ffff:0:0/96",
        "100::/64",
    )
    out = []
    for block in (*blocks, *_NEVER, *map(ip_network, special)):
        first, last = int(block.network_address), int(block.broadcast_address)
        kind, most = type(block.network_address), 2**block.max_prefixlen
        out += [kind(at) for at in (first - 1, first, last, last + 1) if 0 <= at < most]
    return out


@pytest.mark.parametrize("address", corners(), ids=str)
def test_the_network_lets_webhooks_out_to_the_addresses_that_the_service_takes_for_public(
    address: IPv4Address | IPv6Address,
) -> None:
    policy = OUT["alerts-webhooks"]
    if isinstance(address, IPv4Address):
        assert opens(policy, address) == may_reach(address)
    assert not opens(policy, address) or may_reach(address)


@given(st.ip_addresses())
def test_to_no_other_address_at_all(address: IPv4Address | IPv6Address) -> None:
    assert not opens(OUT["alerts-webhooks"], address) or may_reach(address)
    if isinstance(address, IPv4Address):
        assert opens(OUT["alerts-webhooks"], address) == may_reach(address)


def test_the_ways_out_are_those_ports_alone_and_mail_goes_to_one_address() -> None:
    ports = {
        name: {port["port"] for rule in policy["egress"] for port in rule["ports"]}
        for name, policy in OUT.items()
    }
    assert ports == {"alerts-webhooks": {443}, "alerts-mail": {465, 587}}
    (block,) = [peer["ipBlock"] for rule in OUT["alerts-mail"]["egress"] for peer in rule["to"]]
    assert ip_network(block["cidr"]).num_addresses == 1
    assert not may_reach(ip_address(block["cidr"].partition("/")[0])), "nowhere until an overlay says where"
    for policy in OUT.values():
        assert policy["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "alerts"}}
        assert policy["policyTypes"] == ["Egress"]
