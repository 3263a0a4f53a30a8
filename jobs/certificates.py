"""Load the certificates that the bot's own requests trust."""

import os
import re
import ssl
from functools import cache
from pathlib import Path

import certifi

from jobs.proxies import CERT_DIR, CERT_FILE, Network

_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""How OpenSSL finds a certificate in a folder."""


class CertificatesError(Exception):
    """Which variable cannot be used, and what to do: a sentence or two."""


def ssl_context(network: Network) -> ssl.SSLContext:
    """Return the one context for these variables. Raises CertificatesError."""
    return _context(network.cert_file, network.cert_dir)


@cache
def _context(file: str, folders: str) -> ssl.SSLContext:
    """Without variables, trust the system's certificates, which may include an agency's own, and certifi's, where the system has none."""
    if not file and not folders:
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context
    _check_file(file)
    _check_folders(folders)
    try:
        return ssl.create_default_context(cafile=file or None, capath=folders or None)
    except PermissionError:
        raise CertificatesError(f"{CERT_FILE}={file}: you do not have permission to read this file. {_advice(CERT_FILE)}") from None
    except (OSError, ValueError):  # SSLError is an OSError
        message = f'{CERT_FILE}={file}: this file contains no PEM certificate ("-----BEGIN CERTIFICATE-----"), or a broken one'
        raise CertificatesError(f"{message}. {_advice(CERT_FILE)}") from None


def _check_file(file: str) -> None:
    if file and Path(file).is_dir():
        raise CertificatesError(f"{CERT_FILE}={file}: this is a folder. Set {CERT_DIR} to it instead, or {CERT_FILE} to a file.")
    if file and not Path(file).exists():
        raise CertificatesError(f"{CERT_FILE}={file}: there is no such file. {_advice(CERT_FILE)}")


def _check_folders(folders: str) -> None:
    paths = [Path(each) for each in folders.split(os.pathsep) if each]
    if any(path.is_file() for path in paths):
        raise CertificatesError(f"{CERT_DIR}={folders}: this is a file. Set {CERT_FILE} to it instead, or {CERT_DIR} to a folder.")
    if folders and not any(path.is_dir() for path in paths):
        raise CertificatesError(f"{CERT_DIR}={folders}: there is no such folder. {_advice(CERT_DIR)}")
    if folders and not any(_HASHED.fullmatch(each.name) for path in paths if path.is_dir() for each in path.iterdir()):
        message = f"{CERT_DIR}={folders}: this folder contains no certificate that OpenSSL finds"
        raise CertificatesError(f"{message}. Run `openssl rehash` for it, or unset {CERT_DIR}.")


def _advice(variable: str) -> str:
    kind = "file" if variable == CERT_FILE else "folder"
    return f"Set {variable} to a {kind} of PEM certificates, or unset it to use this computer's."
