"""Certificates as a test needs them: an authority, and what it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(slots=True)
class Authority:
    """An authority with its key.

    Args:
        folder: Where its files and what it signs are written.
        name: Its common name.
    """

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _named(self.name)
        self._certificate = self._made(self._subject, self._key, days=30, ca=True)
        self.file.write_bytes(_pem(self._certificate))

    _key: ec.EllipticCurvePrivateKey = None  # type: ignore[assignment]
    _subject: x509.Name = None  # type: ignore[assignment]
    _certificate: x509.Certificate = None  # type: ignore[assignment]

    @property
    def file(self) -> Path:
        """The authority's certificate."""
        return self.folder / f"{self.name}.pem"

    def sign(self, name: str, *, days: int = 30) -> Path:
        """Return a file with the key and the certificate of a name; expired where ``days`` is below 0."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._made(_named(name), key, days=days, ca=False)
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self.folder / f"{name}-{self.name}-{days}.pem"
        path.touch(mode=0o600)
        path.write_bytes(secret + _pem(certificate) + _pem(self._certificate))
        return path

    def _made(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: int, ca: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if not ca:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
