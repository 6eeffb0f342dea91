"""TLS to Kafka: the one place where a context is made, and where it is said what is wrong with it."""

import asyncio
import ssl
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509

from shared.contracts.errors import SuyuanError

_EXPIRED = 10
_ANSWER_S = 3.0


class TlsTrouble(SuyuanError):
    """Certificates do not lead to Kafka; the sentence says whose, and why."""


def tls_context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """Return what a TLS client works with; the broker's name and certificate are always checked.

    Args:
        ca: PEM file of the authorities that brokers' certificates are signed with; ``None``: the system's.
        certificate: PEM file of the client's own certificate and its chain; ``None`` for none.
        key: PEM file of its key; ``None``: it stands beside the certificate.

    Raises:
        TlsTrouble: ``tls.file``: a file is not there, or not what it should be; ``tls.own_expired``.
    """
    files = tuple(one for one in (ca, certificate, key) if one is not None)
    # A renewed certificate is another file by its time.
    return _context(ca, certificate, key, tuple(_changed(one) for one in files))


@lru_cache(maxsize=16)
def _context(
    ca: Path | None, certificate: Path | None, key: Path | None, _: tuple[int, ...]
) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise _file(ca, error) from None
    if certificate is not None:
        try:
            own = x509.load_pem_x509_certificate(certificate.read_bytes())
            context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError, ValueError) as error:
            raise _file(certificate, error) from None
        if own.not_valid_after_utc < datetime.now(UTC):
            raise TlsTrouble(
                code="tls.own_expired",
                zh=f"本方证书 {certificate} 已于 {own.not_valid_after_utc:%Y-%m-%d} 过期。请换发。",
                en=f"The own certificate {certificate} expired {own.not_valid_after_utc:%Y-%m-%d}. Renew it.",
            )
    return context


async def tls_trouble(bootstrap: str, context: ssl.SSLContext) -> TlsTrouble | None:
    """Return why no TLS connection comes about; ``None`` where certificates are not the reason.

    Args:
        bootstrap: Addresses of the brokers, ``host:port,…``.
        context: As :func:`tls_context` made it.
    """
    host, _, port = bootstrap.split(",")[0].strip().rpartition(":")
    writer = None
    try:
        async with asyncio.timeout(_ANSWER_S):
            reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
            # In TLS 1.3 a broker that refuses a client's certificate says so after the handshake.
            await reader.read(1)
    except ssl.SSLCertVerificationError as error:
        return _of_broker(bootstrap, error)
    except ssl.SSLError as error:
        return TlsTrouble(
            code="tls.refused",
            zh=f"{host}:{port} 拒绝了 TLS 连接({error.reason})。请核对 SUYUAN_KAFKA_CERTIFICATE 与端口。",
            en=(
                f"{host}:{port} refused the TLS connection ({error.reason}). "
                "Check SUYUAN_KAFKA_CERTIFICATE and the port."
            ),
        )
    except (OSError, ValueError, TimeoutError):
        return None
    finally:
        if writer is not None:
            writer.close()
    return None


def _of_broker(bootstrap: str, error: ssl.SSLCertVerificationError) -> TlsTrouble:
    if error.verify_code == _EXPIRED:
        return TlsTrouble(
            code="tls.broker_expired",
            zh=f"Kafka({bootstrap})的证书已过期。请在 Kafka 换发。",
            en=f"The certificate of Kafka at {bootstrap} has expired. Renew it there.",
        )
    return TlsTrouble(
        code="tls.broker_unknown",
        zh=f"Kafka({bootstrap})的证书不可信:{error.verify_message}。请核对 SUYUAN_KAFKA_CA 与地址。",
        en=(
            f"The certificate of Kafka at {bootstrap} is not trusted: {error.verify_message}. "
            "Check SUYUAN_KAFKA_CA and the address."
        ),
    )


def _file(path: Path | None, error: Exception) -> TlsTrouble:
    return TlsTrouble(
        code="tls.file",
        zh=f"无法使用证书文件 {path}({type(error).__name__})。请核对路径与内容。",
        en=f"The certificate file {path} cannot be used ({type(error).__name__}). Check path and content.",
    )


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
