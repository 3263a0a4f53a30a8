"""SSL_CERT_FILE and SSL_CERT_DIR as hosts set them."""

import hashlib
import os
from pathlib import Path

import certifi
import pytest

from jobs.certificates import CertificatesError, ssl_context
from jobs.proxies import DIRECT, Network
from tests.support.proxy import certificate


def refused(file: object = "", folder: object = "") -> str:
    with pytest.raises(CertificatesError) as caught:
        ssl_context(Network(cert_file=str(file), cert_dir=str(folder)))
    return str(caught.value)


def test_one_context_serves_all_clients_and_trusts_certifi_too() -> None:
    assert ssl_context(DIRECT) is ssl_context(Network())
    count = Path(certifi.where()).read_text().count("BEGIN CERTIFICATE")
    assert len(ssl_context(DIRECT).get_ca_certs()) >= count


def test_a_file_replaces_the_computers_certificates(tmp_path: Path) -> None:
    file = tmp_path / "agency.pem"
    file.write_bytes(certificate("authority", authority=True))
    [trusted] = ssl_context(Network(cert_file=str(file))).get_ca_certs()
    assert trusted["subject"] == ((("commonName", "Authority of the tests"),),)


def test_a_file_that_cannot_be_used_is_named_with_what_to_do(tmp_path: Path) -> None:
    missing, junk, der, broken = (tmp_path / name for name in ("missing.pem", "junk.pem", "der.cer", "broken.pem"))
    junk.write_text("<html>not found</html>")
    der.write_bytes(hashlib.sha512(b"x").digest())
    broken.write_bytes(certificate("authority", authority=True).replace(b"M", b"N", 3))
    advice = "Set SSL_CERT_FILE to a file of PEM certificates, or unset it to use this computer's."
    assert refused(missing) == f"SSL_CERT_FILE={missing}: there is no such file. {advice}"
    assert refused(tmp_path) == (f"SSL_CERT_FILE={tmp_path}: this is a folder. Set SSL_CERT_DIR to it instead, or SSL_CERT_FILE to a file.")
    for file in (junk, der, broken):
        assert "contains no PEM certificate" in refused(file)
    assert "there is no such file" in refused("relative.pem")
    assert "there is no such file" in refused("a\x00b")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secret.pem"
    file.write_bytes(certificate("authority", authority=True))
    file.chmod(0)
    assert "permission" in refused(file)


def test_a_folder_is_used_or_named_with_what_to_do(tmp_path: Path) -> None:
    file, empty, full = tmp_path / "x.pem", tmp_path / "empty", tmp_path / "full"
    file.write_text("x")
    empty.mkdir()
    full.mkdir()
    (full / "0a1b2c3d.0").write_bytes(certificate("authority", authority=True))
    assert "there is no such folder" in refused(folder=tmp_path / "missing")
    assert "Set SSL_CERT_FILE to it instead" in refused(folder=file)
    assert "openssl rehash" in refused(folder=empty)
    for folder in (f"{full}", f"{tmp_path / 'missing'}{os.pathsep}{full}"):
        assert ssl_context(Network(cert_dir=folder))
