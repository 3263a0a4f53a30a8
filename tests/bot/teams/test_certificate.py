"""The PEM file that the bot signs in with: what is taken, and what is refused in words before anything is posted."""

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import which

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from bot import app
from bot.database import StartError
from bot.settings import load, redact
from bot.teams.certificate import BadCertificate, read_certificate
from bot.teams.doctor import check_certificate, run_checks
from tests.support import teams_server
from tests.support.certificates import NOW, certificate_pem, elliptic_key_pem, key_pem
from tests.support.teams_server import CLIENT, TENANT, TeamsServer

BAG = "Bag Attributes\n    localKeyID: 01 00 00 00\nKey Attributes: <No Attributes>\n"
ISSUER = certificate_pem("issuer", ends=3650)


def written(folder: Path, *parts: str) -> Path:
    file = folder / "bot.pem"
    file.write_text("\n".join(parts), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "parts",
    [
        (key_pem(), certificate_pem(signer="issuer")),
        (certificate_pem(signer="issuer"), key_pem()),
        (key_pem(form=PrivateFormat.TraditionalOpenSSL), certificate_pem(signer="issuer")),
        (ISSUER, BAG + key_pem(), BAG + certificate_pem(signer="issuer")),
        (key_pem().replace("\n", "\r\n"), certificate_pem(signer="issuer").replace("\n", "\r\n"), ISSUER),
        (key_pem(), certificate_pem(signer="issuer", ends=-1, starts=-9), certificate_pem(signer="issuer")),
    ],
)
def test_key_and_certificate_are_found_in_any_order_among_those_of_the_issuers(tmp_path: Path, parts: tuple[str, ...]) -> None:
    found = read_certificate(written(tmp_path, *parts), NOW)
    assert found.certificate.split() == certificate_pem(signer="issuer").split()
    assert found.expires == NOW + timedelta(days=365)
    assert "PRIVATE KEY" in found.private_key
    assert "PRIVATE KEY" not in repr(found)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ((certificate_pem(),), "the file has no private key: add the key"),
        ((key_pem(),), "the file has no certificate: add the certificate"),
        ((key_pem(), key_pem("other"), certificate_pem()), "the file has several private keys"),
        ((key_pem("other"), certificate_pem()), "the private key does not belong to the certificate"),
        ((key_pem(), ISSUER), "the private key does not belong to the certificate"),
        ((key_pem(passphrase="top"), certificate_pem()), "a passphrase protects the private key"),
        ((key_pem(form=PrivateFormat.TraditionalOpenSSL, passphrase="top"), certificate_pem()), "a passphrase protects the private key"),
        ((elliptic_key_pem(), certificate_pem()), "the private key is not an RSA key"),
        ((key_pem()[:300] + "\n-----END PRIVATE KEY-----\n", certificate_pem()), "the private key is damaged"),
        ((key_pem(), certificate_pem()[:300] + "\n-----END CERTIFICATE-----\n"), "a certificate in the file is damaged"),
        ((key_pem(), certificate_pem()[:300]), "the file has no certificate"),
        ((key_pem(), certificate_pem(starts=-9, ends=-1)), f"the certificate expired on {NOW - timedelta(days=1):%Y-%m-%d}"),
        ((key_pem(), certificate_pem(starts=1)), f"the certificate is valid only from {NOW + timedelta(days=1):%Y-%m-%d}"),
        (("\x00\x01 a .pfx file",), "the file is not in PEM format: convert"),
        (("",), "the file is empty: copy"),
    ],
)
def test_a_file_that_cannot_sign_in_stops_the_start_with_what_to_do(tmp_path: Path, parts: tuple[str, ...], problem: str) -> None:
    path = written(tmp_path, *parts)
    with pytest.raises(BadCertificate) as refused:
        read_certificate(path, NOW)
    assert str(refused.value).startswith(problem)
    assert ": " in str(refused.value), "it says what to do"
    settings = load(environ(path) | {"DATABASE_URL": f"sqlite:///{tmp_path}/none.db"})
    with pytest.raises(StartError) as stopped:
        app.make_platforms(settings)
    assert str(stopped.value) == f"TEAMS_CERTIFICATE={path}: {refused.value}."
    assert settings.teams is not None
    (finding,) = check_certificate(settings.teams, NOW)
    assert (finding.state, finding.message) == ("WRONG", f"{path}: {refused.value.problem}")
    assert finding.advice == f"{refused.value.advice}, then restart the bot"
    for line in key_pem().splitlines()[1:-1]:
        assert line not in str(stopped.value)


def environ(path: Path) -> dict[str, str]:
    return {"TEAMS_CLIENT_ID": CLIENT, "TEAMS_TENANT_ID": TENANT, "TEAMS_CERTIFICATE": str(path)}


def test_a_path_that_is_no_file_is_named_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(BadCertificate, match=r"cannot be read \(No such file or directory\)"):
        read_certificate(tmp_path / "none.pem", NOW)
    with pytest.raises(BadCertificate, match="this is a folder"):
        read_certificate(tmp_path, NOW)


async def test_the_doctor_reports_a_bad_certificate_once(tmp_path: Path) -> None:
    with teams_server.serving() as server:
        settings = replace(server.settings(), client_secret="", certificate=written(tmp_path, ""))
        found = [str(finding) for finding in await run_checks(settings, None)]
    assert [line for line in found if line.startswith("WRONG")] == [
        f"WRONG  Teams certificate: {tmp_path}/bot.pem: the file is empty -> "
        "copy the PEM file with the private key and the certificate again, then restart the bot"
    ]
    assert "look   Teams token: not checked: fix the certificate first" in found


@pytest.mark.process
@pytest.mark.skipif(which("openssl") is None, reason="runs the commands of the advice")
def test_the_advice_about_a_passphrase_makes_a_file_that_can_sign_in(tmp_path: Path) -> None:
    path = written(tmp_path, key_pem(passphrase="top-word"), certificate_pem())
    with pytest.raises(BadCertificate) as refused:
        read_certificate(path, NOW)
    first, second = re.findall("`(.*?)`", refused.value.advice)
    for command in (f"{first} -passin pass:top-word", second):
        subprocess.run(["sh", "-c", command.replace("FILE.pem", path.name)], cwd=tmp_path, check=True, timeout=60)
    assert read_certificate(tmp_path / "NEW.pem", NOW).certificate.split() == certificate_pem().split()


def test_the_doctor_tells_of_a_certificate_that_ends_soon(tmp_path: Path) -> None:
    teams = load(environ(written(tmp_path, key_pem(), certificate_pem(ends=40)))).teams
    assert teams is not None
    (good,), (soon,) = check_certificate(teams, NOW), check_certificate(teams, NOW + timedelta(days=11))
    assert (good.state, good.message.endswith(f"bot.pem is valid until {NOW + timedelta(days=40):%Y-%m-%d}")) == ("OK", True)
    assert soon.state == "look"
    assert "make a new one" in soon.advice
    assert check_certificate(TeamsServer().settings(), NOW) == []


def test_a_pasted_key_is_never_shown() -> None:
    assert redact("TEAMS_CERTIFICATE", key_pem()) == "…"
    assert redact("TEAMS_CERTIFICATE", "/etc/bot.pem") == "/etc/bot.pem"
