"""deploy/kubernetes against the schemas of Kubernetes, the settings that there are, and our promises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import Settings

BASE = Path(__file__).parents[3] / "deploy" / "kubernetes" / "base"
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
