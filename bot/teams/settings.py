"""The settings of Teams."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings_checks import ANONYMOUS, is_teams_channel
from bot.teams.clouds import CLOUDS, Cloud
from bot.urls import host_of
from content.loading.urls import is_loopback
from jobs.proxies import DIRECT, Network


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Its repr shows no secret."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant_id: str
    """"" for any tenant, in the anonymous mode."""
    cloud: Cloud
    anonymous: bool = False
    """Whether tokens are neither verified nor sent, for Microsoft's local client on this computer."""
    certificate: Path | None = None
    """A PEM file to sign in with instead of a secret."""
    managed_identity: str = ""
    """The client ID of the Azure resource's identity to sign in with, or SYSTEM; "" for a secret or certificate."""
    admin_channel: str = ""
    """The admins' channel; "" for none, or one in Slack."""
    network: Network = DIRECT

    def own(self, tenant: str) -> bool:
        """Whether a conversation's tenant is the bot's."""
        return self.anonymous or tenant.casefold() == self.tenant_id.casefold()

    def trusts(self, service_url: str) -> bool:
        """Whether the bot may post to an address. Incoming ones are signed, but a stored one may be from another set-up.

        The anonymous mode stays on this computer. A token is never sent to this computer or without TLS, except to a test cloud here.
        """
        scheme, host = host_of(service_url)
        if self.anonymous or is_loopback(host_of(self.cloud.service_url)[1]):
            return is_loopback(host)
        return scheme == "https" and not is_loopback(host)


def teams_settings(values: Mapping[str, str], network: Network) -> TeamsSettings | None:
    if not values["TEAMS_CLIENT_ID"]:
        return None
    return TeamsSettings(
        client_id=values["TEAMS_CLIENT_ID"].lower(),
        client_secret=values["TEAMS_CLIENT_SECRET"],
        tenant_id=values["TEAMS_TENANT_ID"].lower(),
        cloud=CLOUDS[values["TEAMS_CLOUD"]],
        anonymous=values[ANONYMOUS] == "true",
        certificate=Path(values["TEAMS_CERTIFICATE"]).resolve() if values["TEAMS_CERTIFICATE"] else None,
        managed_identity=values["TEAMS_MANAGED_IDENTITY"].lower(),
        admin_channel=values["TRADEBOT_ADMIN_CHANNEL"] if is_teams_channel(values["TRADEBOT_ADMIN_CHANNEL"]) else "",
        network=network,
    )
