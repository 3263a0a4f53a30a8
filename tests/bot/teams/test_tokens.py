"""Signing in without a secret: the login checks what a certificate's key signed, and the tokens of a managed identity."""

import io
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.teams.clouds import CLOUDS
from bot.teams.doctor import check_token
from bot.teams.tokens import NoToken, Tokens
from tests.support import teams_server
from tests.support.certificates import certificate, certificate_pem, key_pem
from tests.support.teams_server import CLIENT, SCOPE, TeamsServer

IDENTITY = "22222222-3333-4444-5555-666666666666"


@pytest.fixture
def server() -> Iterator[TeamsServer]:
    with teams_server.serving() as found:
        yield found


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any library logs."""
    found = io.StringIO()
    handler, root = logging.StreamHandler(found), logging.getLogger()
    names = ("", "msal", "microsoft_teams", "httpx")
    before = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield found
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@asynccontextmanager
async def signing_in(server: TeamsServer, **more: Any) -> AsyncIterator[Tokens]:
    found = Tokens(server.settings(secret="", **more))
    try:
        yield found
    finally:
        await found.close()


def file(folder: Path, *, name: str = "certificate") -> Path:
    path = folder / "bot.pem"
    path.write_text(certificate_pem(name, signer="issuer") + key_pem(name), encoding="utf-8")
    return path


# a certificate


async def test_the_certificates_key_signs_the_login(server: TeamsServer, tmp_path: Path, log: io.StringIO) -> None:
    server.certificates.append(certificate(signer="issuer"))
    async with signing_in(server, certificate=file(tmp_path)) as found:
        token = await found.get()
        assert await found.get() == token
        assert token in server.tokens
        await found.forget()
        assert await found.get() != token
    assert len(server.asked("login")) == 2
    secrets = (*key_pem().splitlines()[1:-1], "PRIVATE KEY", server.asked("login")[0]["client_assertion"], token)
    assert not [each for each in secrets if each in log.getvalue()]


async def test_a_certificate_that_was_not_uploaded_is_refused_for_good(server: TeamsServer, tmp_path: Path) -> None:
    server.certificates.append(certificate("other", signer="issuer"))
    async with signing_in(server, certificate=file(tmp_path)) as found:
        with pytest.raises(NoToken) as refused:
            await found.get()
    assert refused.value.refused
    assert refused.value.why == "Microsoft Entra does not accept the certificate in TEAMS_CERTIFICATE (invalid_client, AADSTS700027)"
    finding = await check_token(server.settings(secret="", certificate=file(tmp_path)))
    assert finding.state == "WRONG"
    assert finding.advice.startswith("upload the certificate to the bot's app in Entra")


async def test_a_file_that_was_spoiled_after_the_start_is_refused_for_good(server: TeamsServer, tmp_path: Path) -> None:
    path = file(tmp_path)
    path.write_text("", encoding="utf-8")
    async with signing_in(server, certificate=path) as found:
        with pytest.raises(NoToken) as refused:
            await found.get()
    assert refused.value.refused
    assert refused.value.why.startswith(f"TEAMS_CERTIFICATE={path}: the file is empty")
    assert server.calls == []


# a managed identity


@pytest.fixture
def azure(server: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> TeamsServer:
    """A computer on Azure, whose identity service is at a variable of msal's; a proxy of the environment does not lead there."""
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return server


async def test_an_identity_that_is_the_bot_itself_gets_the_bots_token(azure: TeamsServer) -> None:
    azure.identities.add(CLIENT)
    async with signing_in(azure, managed_identity=CLIENT) as found:
        token = await found.get()
        assert token in azure.tokens
        assert await found.get() == token
        assert (azure.asked("login"), len(azure.asked("identity"))) == ([], 1)
        assert azure.asked("identity")[0]["resource"] == SCOPE.removesuffix("/.default")
        await found.forget()
        await found.get()
    assert len(azure.asked("identity")) == 2


@pytest.mark.parametrize("identity", [IDENTITY, "system"])
async def test_an_identity_that_the_bots_registration_trusts_signs_it_in(azure: TeamsServer, identity: str) -> None:
    azure.identities.add(identity)
    azure.trusted_identities.add(identity)
    async with signing_in(azure, managed_identity=identity) as found:
        assert await found.get() in azure.tokens
    assert azure.asked("identity")[0].get("client_id", "system") == identity
    assert azure.asked("identity")[0]["resource"] == "api://AzureADTokenExchange"
    (login,) = azure.asked("login")
    assert "client_secret" not in login


async def test_an_identity_that_is_not_trusted_is_refused_for_good(azure: TeamsServer) -> None:
    azure.identities.add(IDENTITY)
    async with signing_in(azure, managed_identity=IDENTITY) as found:
        with pytest.raises(NoToken) as refused:
            await found.get()
    assert refused.value.refused
    assert "does not trust the identity in TEAMS_MANAGED_IDENTITY (invalid_client, AADSTS700213)" in refused.value.why
    finding = await check_token(azure.settings(secret="", managed_identity=IDENTITY))
    assert "Federated credentials" in finding.advice


@pytest.mark.parametrize("identity", [CLIENT, IDENTITY, "system"])
async def test_an_identity_that_the_computer_lacks_is_refused_for_good(azure: TeamsServer, identity: str) -> None:
    async with signing_in(azure, managed_identity=identity) as found:
        with pytest.raises(NoToken) as refused:
            await found.get()
    assert refused.value.refused
    assert refused.value.why == "the managed identity service of this computer issued no token (invalid_request)"
    finding = await check_token(azure.settings(secret="", managed_identity=identity))
    assert finding.advice.startswith("run the bot on an Azure resource that has this identity")


@pytest.mark.parametrize("fault", ["429", "503", "404", "html", "drop before", "odd"])
async def test_an_identity_service_that_fails_is_asked_again(azure: TeamsServer, fault: str) -> None:
    azure.identities.add(CLIENT)
    azure.fail("identity", fault)
    async with signing_in(azure, managed_identity=CLIENT) as found:
        with pytest.raises(NoToken) as failed:
            await found.get()
        assert not failed.value.refused
        assert failed.value.why.startswith("the managed identity service of this computer ")
        assert await found.get() in azure.tokens


async def test_a_computer_without_an_identity_service_says_so(azure: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")
    async with signing_in(azure, managed_identity="system") as found:
        with pytest.raises(NoToken, match=r"cannot be reached \(no connection \(refused\)\)") as failed:
            await found.get()
    assert not failed.value.refused


async def test_an_app_services_identity_is_used(azure: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """App Service, Functions and Container Apps name their own service."""
    azure.identities.add(CLIENT)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{azure.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", teams_server.IDENTITY_HEADER)
    async with signing_in(azure, managed_identity=CLIENT) as found:
        assert await found.get() in azure.tokens


def test_the_government_clouds_exchange_tokens_within_the_government() -> None:
    assert {cloud.exchange for name, cloud in CLOUDS.items() if name in ("public", "gcc")} == {"api://AzureADTokenExchange"}
    assert {cloud.exchange for name, cloud in CLOUDS.items() if name in ("gcc-high", "dod")} == {"api://AzureADTokenExchangeUSGov"}
