"""Read the certificate with which the bot signs in: a PEM file with the private key and the certificate, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

MAX_BYTES = 100_000
"""A key and a chain of certificates have about 10 kB."""

CONVERT = "convert a .pfx file with `openssl pkcs12 -in FILE.pfx -out FILE.pem -nodes`"


NEW_FILE = (
    "write the key without it into a new file with `openssl pkey -in FILE.pem -out NEW.pem`, add the certificate with "
    "`openssl x509 -in FILE.pem >> NEW.pem`, set TEAMS_CERTIFICATE to the new file, and let only the bot's user read it"
)


class BadCertificate(ValueError):
    """The bot cannot sign in with this file; the message says why and what to do. It holds nothing of the key."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(f"{problem}: {advice}")
        self.problem, self.advice = problem, advice


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    private_key: str = field(repr=False)
    """PEM."""
    certificate: str
    """The certificate of the key, in PEM, without those of its issuers."""
    expires: datetime


def read_certificate(path: Path, now: datetime) -> ClientCertificate:
    """Raises BadCertificate."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("ascii", "replace")
    except IsADirectoryError:
        raise BadCertificate("this is a folder", "use the path of the PEM file in it") from None
    except OSError as error:
        raise BadCertificate(f"the file cannot be read ({error.strerror})", "let the bot's user read it") from None
    if not text.strip():
        raise BadCertificate("the file is empty", "copy the PEM file with the private key and the certificate again")
    blocks = list(_pem_blocks(text))
    if not blocks:
        raise BadCertificate("the file is not in PEM format", CONVERT)
    keys = [(kind, block) for kind, block in blocks if kind.endswith("PRIVATE KEY")]
    if len(keys) != 1:
        if keys:
            raise BadCertificate("the file has several private keys", "keep one")
        raise BadCertificate("the file has no private key", "add the key that the certificate was made with")
    key = _read_key(*keys[0])
    certificate, pem = _own_certificate(key, [block for kind, block in blocks if kind == "CERTIFICATE"])
    starts, expires = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if expires <= now:
        raise BadCertificate(f"the certificate expired on {expires:%Y-%m-%d}", "make a new one and upload it to the app registration")
    if starts > now:
        raise BadCertificate(
            f"the certificate is valid only from {starts:%Y-%m-%d %H:%M} UTC", "use another one, or check this computer's clock"
        )
    return ClientCertificate(keys[0][1], pem, expires)


def _pem_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the whole of each block; OpenSSL writes other lines between them."""
    kind, lines = "", [""]
    for line in map(str.strip, text.splitlines()):
        if line.startswith("-----BEGIN ") and line.endswith("-----"):
            kind, lines = line[11:-5], []
        lines.append(line)
        if kind and line == f"-----END {kind}-----":
            yield kind, "\n".join((*lines, ""))
            kind = ""


def _read_key(kind: str, pem: str) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if kind.startswith("ENCRYPTED") or ",ENCRYPTED" in pem:
        raise BadCertificate("a passphrase protects the private key, and the bot cannot ask for it", NEW_FILE)
    try:
        key = load_pem_private_key(pem.encode(), None)
    except Exception:  # of cryptography, which has several; they may quote the key
        raise BadCertificate("the private key is damaged", "copy the file again") from None
    if not isinstance(key, RSAPrivateKey):
        raise BadCertificate(
            "the private key is not an RSA key, and Microsoft Entra accepts no other", "make a certificate with an RSA key"
        )
    return key


def _own_certificate(key: RSAPrivateKey, blocks: list[str]) -> tuple[Certificate, str]:
    """Return the certificate that belongs to the key, wherever it stands among those of its issuers."""
    from cryptography.x509 import load_pem_x509_certificate

    if not blocks:
        raise BadCertificate("the file has no certificate", "add the certificate that you uploaded to the app registration")
    try:
        certificates = [(load_pem_x509_certificate(block.encode()), block) for block in blocks]
    except Exception:
        raise BadCertificate("a certificate in the file is damaged", "copy the file again") from None
    own = [(certificate, block) for certificate, block in certificates if certificate.public_key() == key.public_key()]
    if not own:
        raise BadCertificate("the private key does not belong to the certificate", "use the key that the certificate was made with")
    return max(own, key=lambda each: each[0].not_valid_after_utc)
