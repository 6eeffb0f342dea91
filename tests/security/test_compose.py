"""docker-compose.yml against the schema of the Compose Specification, and against our own promises."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from cli.findings import returns_memory
from deploy.local.java import KAFKA_VERSION
from deploy.local.kafka import MAX_MESSAGE_BYTES, TRANSACTION_S
from deploy.local.mongo import TRANSACTION_S as MONGO_TRANSACTION_S
from deploy.local.state import SERVICES
from tests.support.cli import suyuan

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
SCHEMA = ROOT / "tests" / "data" / "compose-spec" / "compose-spec.json"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def example() -> dict[str, str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_file_is_valid(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    # It names draft 2019-09 in a form that nobody knows, and is written in draft 7.
    problems = [
        f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(compose)
    ]
    assert problems == []


def test_it_runs_the_same_kafka_as_the_embedded_stack(compose: dict[str, Any]) -> None:
    kafka = compose["services"]["kafka"]
    assert kafka["image"] == f"${{SUYUAN_IMAGE_KAFKA:-apache/kafka:{KAFKA_VERSION}}}"
    settings = (ROOT / "deploy" / "images" / "kafka.properties").read_text(encoding="utf-8")
    assert f"message.max.bytes={MAX_MESSAGE_BYTES}\n" in settings


def test_connections_from_outside_take_no_place_of_the_services_and_one_member_holds_up_little() -> None:
    text = (ROOT / "deploy" / "images" / "kafka.properties").read_text(encoding="utf-8")
    limits = {
        "listener.name.host.max.connections=500",
        "listener.name.host.max.connection.creation.rate=50",
        "transaction.max.timeout.ms=60000",
        "group.max.size=100",
    }
    assert limits <= set(text.splitlines())
    assert "INSIDE://kafka:9092" in text, "the services' own listener"


def test_services_know_how_long_the_broker_leaves_a_transaction_open(compose: dict[str, Any]) -> None:
    text = (ROOT / "deploy" / "images" / "kafka.properties").read_text(encoding="utf-8")
    assert f"transaction.max.timeout.ms={TRANSACTION_S * 1000}\n" in text
    for name in SERVICES:
        assert float(compose["services"][name]["environment"]["SUYUAN_TRANSACTION_S"]) == TRANSACTION_S


def test_mongodb_lets_go_what_a_killed_service_held_as_soon_as_the_embedded_one_does(
    compose: dict[str, Any],
) -> None:
    command = compose["services"]["mongo"]["entrypoint"][-1]
    assert f"--setParameter transactionLifetimeLimitSeconds={MONGO_TRANSACTION_S}" in command


def test_mongodb_is_of_a_version_that_keeps_its_memory_to_itself_and_unpacks_nothing(
    compose: dict[str, Any],
) -> None:
    for name in ("mongo", "mongo-init"):
        image = compose["services"][name]["image"]
        assert not returns_memory(image.removesuffix("}").rpartition(":")[2])
    assert "--networkMessageCompressors disabled" in compose["services"]["mongo"]["entrypoint"][-1]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_its_own_user_and_is_watched(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    environment = service["environment"]
    assert service["command"] == ["serve", name]
    assert environment["SUYUAN_MONGO_DATABASE"] == f"suyuan_{name}"
    secret = f"SUYUAN_MONGO_PASSWORD_{name.upper()}"
    assert environment["SUYUAN_MONGO_URL"].startswith(f"mongodb://suyuan_{name}:${{{secret}}}@mongo:27017/")
    assert "/readyz" in service["healthcheck"]["test"][-1]
    assert service["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert service["read_only"] is True
    others = {f"SUYUAN_MONGO_PASSWORD_{other.upper()}" for other in SERVICES} - {secret}
    assert not any(other in json.dumps(environment) for other in others)


def test_the_party_key_is_known_to_intake_alone(compose: dict[str, Any]) -> None:
    knowing = {name for name, one in compose["services"].items() if "SUYUAN_PARTY_KEY" in one["environment"]}
    assert knowing == {"intake"}


def test_the_keys_of_personal_data_are_known_to_intake_alone(compose: dict[str, Any]) -> None:
    services = compose["services"].items()
    assert {name for name, one in services if "SUYUAN_PERSONAL_KEYS" in one["environment"]} == {"intake"}


def test_every_service_seals_its_dead_letters(compose: dict[str, Any]) -> None:
    services = compose["services"].items()
    assert {name for name, one in services if "SUYUAN_RECORD_KEYS" in one["environment"]} == set(SERVICES)


def test_the_keys_of_what_is_sealed_are_known_to_mediation_alone(compose: dict[str, Any]) -> None:
    services = compose["services"].items()
    assert {name for name, one in services if "SUYUAN_SEALING_KEYS" in one["environment"]} == {"mediation"}
    portal = compose["services"]["portal"]["environment"]
    assert portal["SUYUAN_MEDIATION_URL"] == "http://mediation:8000"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_its_own_user_of_the_broker(compose: dict[str, Any], name: str) -> None:
    environment = compose["services"][name]["environment"]
    secret = f"SUYUAN_KAFKA_PASSWORD_{name.upper()}"
    assert environment["SUYUAN_KAFKA_SECURITY_PROTOCOL"] == "SASL_PLAINTEXT"
    assert environment["SUYUAN_KAFKA_USERNAME"] == f"suyuan.{name}"
    assert environment["SUYUAN_KAFKA_PASSWORD"].startswith(f"${{{secret}:?")
    knowing = {one for one, row in compose["services"].items() if secret in json.dumps(row)}
    assert knowing == {name, "topics"}


def test_the_admin_of_the_broker_is_known_to_the_broker_and_to_the_job_that_makes_the_rules(
    compose: dict[str, Any],
) -> None:
    knowing = {
        n for n, one in compose["services"].items() if "SUYUAN_KAFKA_ADMIN_PASSWORD" in json.dumps(one)
    }
    assert knowing == {"kafka", "topics"}
    assert compose["services"]["topics"]["command"] == ["topics", "provision", "--acl"]


def test_no_container_is_root_writes_its_image_or_takes_all_memory(compose: dict[str, Any]) -> None:
    for name, one in compose["services"].items():
        assert one["read_only"] is True, name
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", one["user"]), name
        assert one["cap_drop"] == ["ALL"], name
        assert one["mem_limit"], name
        assert one["pids_limit"], name


def test_no_secret_is_in_an_argument(compose: dict[str, Any]) -> None:
    for name, one in compose["services"].items():
        told = json.dumps([one.get("command"), one.get("entrypoint"), one.get("healthcheck")])
        # printf is a part of the shell: no process gets its arguments.
        told = re.sub(r"printf '%s' \\\"\$\$\w+\\\"", "", told)
        assert not re.search(r"\$\{?\$?SUYUAN_\w*(PASSWORD|KEY|SEED)", told), name


def test_an_image_counts_as_pinned_only_by_its_digest() -> None:
    spec = importlib.util.spec_from_file_location("pins", ROOT / "deploy" / "images" / "pins.py")
    assert spec is not None
    assert spec.loader is not None
    pins = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pins)
    named = set(re.findall(r"SUYUAN_IMAGE_\w+", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert named == set(pins.IMAGES)
    assert pins.unpinned({}) == list(pins.IMAGES)
    good = dict.fromkeys(pins.IMAGES, "mirror.example/kafka@sha256:" + "a" * 64)
    assert pins.unpinned(good) == []
    assert pins.unpinned({**good, "SUYUAN_IMAGE_MONGO": "mongo:7.0.28"}) == ["SUYUAN_IMAGE_MONGO"]


def test_ports_are_published_on_this_machine_only(compose: dict[str, Any]) -> None:
    ports = [port for one in compose["services"].values() for port in one.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_signs_its_days_of_history_with_a_key_that_no_other_has(
    compose: dict[str, Any], name: str
) -> None:
    id, secret = f"{name.replace('_', '-')}-history-1", f"SUYUAN_HISTORY_SEED_{name.upper()}"
    assert compose["services"][name]["environment"]["SUYUAN_HISTORY_KEY"] == f"{id}:${{{secret}}}"
    registered = compose["services"]["keys"]["environment"][f"SUYUAN_HISTORY_KEY_{name.upper()}"]
    assert registered.startswith(f"{id}:${{{secret}:?")
    assert {one for one, row in compose["services"].items() if secret in json.dumps(row)} == {name, "keys"}


def test_what_make_env_writes_is_taken_by_the_job_that_registers_the_keys(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    """As `docker compose` would: the values of .env in the variables of the job."""
    values = filled()
    environment = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda match: values[match[1]], text)
        for name, text in compose["services"]["keys"]["environment"].items()
    }
    done = suyuan(
        "keys", "register", "--json", env={**environment, "SUYUAN_KEYS": str(tmp_path / "keys.yaml")}
    )
    assert done.code == 0, done
    assert {(row["owner"], row["use"]) for row in done.json} == {
        *((name, "history") for name in SERVICES),
        *((name, "messages") for name in ("portal", "intake", "mediation")),
        ("alerts", "notices"),
    }


def test_every_variable_is_in_the_example_and_every_line_is_used() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    chosen = set(re.findall(r"\$\{(\w+):-", text))
    assert used - chosen == set(example())
    named = set(re.findall(r"^# (SUYUAN_\w+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {one for one in chosen if not one.startswith("SUYUAN_IMAGE_")} == named


def make_env() -> Any:
    """Return the script."""
    spec = importlib.util.spec_from_file_location("make_env", ROOT / "deploy" / "images" / "make_env.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def filled() -> dict[str, str]:
    """Return what make env writes."""
    text = make_env().fill(EXAMPLE.read_text(encoding="utf-8"))
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_an_env_of_an_earlier_version_gets_the_secrets_that_it_lacks_and_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, here = make_env(), tmp_path / ".env"
    monkeypatch.setattr(script, "PROJECT", tmp_path)
    (tmp_path / EXAMPLE.name).write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    before = "SUYUAN_PARTY_KEY=mine\nSUYUAN_SMTP_URL=smtps://mail.example"
    here.write_text(before, "utf-8")

    assert script.main() == 0
    text = here.read_text("utf-8")
    assert text.startswith(before + "\n")
    after = dict(line.split("=", 1) for line in text.splitlines())
    assert set(after) == {*example(), "SUYUAN_SMTP_URL"}
    assert len(base64.urlsafe_b64decode(after["SUYUAN_NOTICES_SEED_ALERTS"] + "=")) == 32
    assert script.main() == 1, "and nothing is added twice"
    assert here.read_text("utf-8") == text


def test_the_example_holds_no_secret_and_make_env_fills_every_line() -> None:
    assert set(example().values()) == {""}
    values = filled()
    assert len(set(values.values())) == len(example())
    cluster = values.pop("SUYUAN_KAFKA_CLUSTER_ID")
    assert len(base64.urlsafe_b64decode(cluster + "==")) == 16
    assert not cluster.startswith("-")
    for name in [one for one in values if "_SEED_" in one]:
        assert len(base64.urlsafe_b64decode(values.pop(name) + "=")) == 32
    # mongod takes 6 to 1024 characters of base64 for its key, where - and _ are not known.
    assert all(re.fullmatch(r"[A-Za-z0-9]{40,}", value) for value in values.values())


def test_the_broker_has_a_cluster_id_of_its_own(compose: dict[str, Any]) -> None:
    """The image's own id is the same everywhere: a fresh volume would pass for the old cluster."""
    assert "${SUYUAN_KAFKA_CLUSTER_ID:?" in compose["services"]["kafka"]["environment"]["CLUSTER_ID"]


def test_the_init_script_makes_a_user_for_every_service() -> None:
    script = (ROOT / "deploy" / "images" / "mongo-init.js").read_text(encoding="utf-8")
    listed = re.search(r"const services = (\[.*?\]);", script)
    assert listed is not None
    assert json.loads(listed[1]) == list(SERVICES)
