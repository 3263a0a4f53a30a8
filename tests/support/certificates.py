"""Certificates and keys as an operator writes them into PEM files."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.teams_server import key

NOW = datetime.now(UTC).replace(microsecond=0)


def key_pem(name: str = "certificate", form: PrivateFormat = PrivateFormat.PKCS8, passphrase: str = "") -> str:
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key(name).private_bytes(Encoding.PEM, form, encryption).decode()


def elliptic_key_pem() -> str:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def certificate(name: str = "certificate", *, starts: int = -1, ends: int = 365, signer: str = "") -> x509.Certificate:
    """Return the certificate of a key. `starts` and `ends` are days from now; without a `signer`, the key signs it itself."""
    return _certificate(name, starts, ends, signer or name)


def certificate_pem(name: str = "certificate", *, starts: int = -1, ends: int = 365, signer: str = "") -> str:
    return certificate(name, starts=starts, ends=ends, signer=signer).public_bytes(Encoding.PEM).decode()


@cache
def _certificate(name: str, starts: int, ends: int, signer: str) -> x509.Certificate:
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, signer))
    made = x509.CertificateBuilder(issuer, subject, key(name).public_key(), x509.random_serial_number())
    made = made.not_valid_before(NOW + timedelta(days=starts)).not_valid_after(NOW + timedelta(days=ends))
    return made.sign(key(signer), SHA256())
