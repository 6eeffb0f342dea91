"""TLS to the broker, with passwords and with certificates of clients; both raised for want of a context."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from pydantic import SecretStr

from deploy.local.kafka import TlsListeners
from deploy.local.ports import choose_port
from deploy.local.stack import LocalStack
from shared.contracts.errors import SuyuanError
from shared.runtime.base.settings import Settings
from shared.runtime.base.tls import TlsTrouble, tls_context
from shared.runtime.publish.producer import started
from shared.runtime.serve.topics import cluster_id
from tests.support.certificates import Authority
from tests.support.cli import suyuan
from tests.support.services import Services

pytestmark = [pytest.mark.kafka]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="suyuan-test-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder, "authority")


@pytest.fixture(scope="module")
def listeners(authority: Authority) -> TlsListeners:
    return TlsListeners(choose_port(), choose_port(), authority.sign("broker"), authority.file)


@pytest.fixture(scope="module")
def services(folder: Path, authority: Authority, listeners: TlsListeners) -> Iterator[Services]:
    with LocalStack(folder / "stack", mongo_cache_mb=256, tls=listeners) as stack:
        env = {
            "SUYUAN_KAFKA": f"127.0.0.1:{listeners.tls_port}",
            "SUYUAN_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "SUYUAN_KAFKA_CA": str(authority.file),
        }
        made = Services(stack.start(), folder / "logs", stack=stack, env=env)
        try:
            made.admit()
            made.provision()
            yield made
        finally:
            made.stop()


def mutual(listeners: TlsListeners, authority: Authority, certificate: Path) -> Settings:
    return Settings(
        kafka=f"127.0.0.1:{listeners.mutual_port}",
        kafka_security_protocol="SSL",
        kafka_ca=authority.file,
        kafka_certificate=certificate,
    )


def by_password(listeners: TlsListeners, services: Services, ca: Path, user: str = "ccb") -> Settings:
    return Settings(
        kafka=f"127.0.0.1:{listeners.tls_port}",
        kafka_security_protocol="SASL_SSL",
        kafka_ca=ca,
        kafka_username=user,
        kafka_password=SecretStr(services.addresses.kafka_password(user)),
    )


async def write(settings: Settings, topic: str) -> None:
    producer = await started(settings)
    try:
        await producer.send_and_wait(topic, b"{}")
    finally:
        await producer.stop()


def test_services_work_over_tls_with_a_password_and_with_a_certificate(
    services: Services, authority: Authority, listeners: TlsListeners
) -> None:
    services.start("intake")
    certificate = authority.sign("suyuan.alerts")
    services.start(
        "alerts",
        env={
            "SUYUAN_KAFKA": f"127.0.0.1:{listeners.mutual_port}",
            "SUYUAN_KAFKA_SECURITY_PROTOCOL": "SSL",
            "SUYUAN_KAFKA_USERNAME": "",
            "SUYUAN_KAFKA_PASSWORD": "",
            "SUYUAN_KAFKA_CERTIFICATE": str(certificate),
            "SUYUAN_KAFKA_KEY": str(certificate),
        },
    )
    services.ready()


async def test_the_rules_hold_over_tls_for_whom_the_password_or_the_certificate_names(
    services: Services, authority: Authority, listeners: TlsListeners
) -> None:
    for settings in (
        by_password(listeners, services, authority.file),
        mutual(listeners, authority, authority.sign("ccb")),
    ):
        await write(settings, "filings.ccb")
        with pytest.raises(TopicAuthorizationFailedError):
            await write(settings, "intake.commands")


async def test_a_broker_of_an_authority_that_is_not_trusted_is_named_as_that(
    services: Services, listeners: TlsListeners, folder: Path
) -> None:
    other = Authority(folder, "other")
    settings = by_password(listeners, services, other.file)
    with pytest.raises(TlsTrouble) as told:
        await cluster_id(settings)
    assert told.value.code == "tls.broker_unknown"
    assert "SUYUAN_KAFKA_CA" in told.value.en

    env = {f"SUYUAN_{k.upper()}": str(v) for k, v in settings.model_dump(include=_KAFKA).items()}
    env["SUYUAN_KAFKA_PASSWORD"] = settings.kafka_password.get_secret_value()
    done = await asyncio.to_thread(suyuan, "doctor", "--json", env=env)
    said = next(one for one in done.json["checks"] if one["check"] == "kafka")
    assert (said["good"], "SUYUAN_KAFKA_CA" in said["en"]) == (False, True)


_KAFKA = {"kafka", "kafka_security_protocol", "kafka_ca", "kafka_username"}


async def test_a_client_whose_certificate_another_authority_signed_or_that_has_none_is_refused(
    services: Services, authority: Authority, listeners: TlsListeners, folder: Path
) -> None:
    forged = Authority(folder, "forger").sign("suyuan.admin")
    for settings in (
        mutual(listeners, authority, forged),
        mutual(listeners, authority, forged).model_copy(update={"kafka_certificate": None}),
    ):
        with pytest.raises(TlsTrouble) as told:
            await cluster_id(settings)
        assert told.value.code == "tls.refused"


async def test_a_service_that_finds_no_trusted_broker_says_so_and_waits(
    services: Services, folder: Path
) -> None:
    services.start("portal", env={"SUYUAN_KAFKA_CA": str(Authority(folder, "third").file)})
    for _ in range(300):
        told = str(services.replica("portal").get("/readyz").get("reasons"))
        if "is not trusted" in told:
            break
        await asyncio.sleep(0.1)
    assert "is not trusted" in told
    assert services.replica("portal").process.running
    services.kill("portal")


async def test_an_expired_certificate_of_a_broker_is_named_as_that(authority: Authority) -> None:
    """A server of our own: Kafka would have to run for as long as its certificate lasts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.sign("old-broker", days=-1))
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(kafka=f"127.0.0.1:{port}", kafka_security_protocol="SSL", kafka_ca=authority.file)
    with pytest.raises(TlsTrouble) as told:
        await cluster_id(settings)
    assert told.value.code == "tls.broker_expired"
    server.close()


def test_an_own_certificate_that_has_expired_or_is_none_is_named_before_anything_is_sent(
    authority: Authority, folder: Path
) -> None:
    expired = authority.sign("suyuan.intake", days=-2)
    broken = folder / "broken.pem"
    broken.write_text("no certificate")
    for certificate, code in (
        (expired, "tls.own_expired"),
        (broken, "tls.file"),
        (folder / "gone", "tls.file"),
    ):
        with pytest.raises(SuyuanError) as told:
            tls_context(authority.file, certificate, None)
        assert told.value.code == code
    with pytest.raises(SuyuanError) as told:
        tls_context(folder / "gone", None, None)
    assert told.value.code == "tls.file"
