"""The settings of Slack."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings_checks import is_teams_channel
from bot.urls import host_of, slack_domain
from content.loading.urls import is_loopback
from jobs.proxies import DIRECT, Network


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Its repr shows no secret."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    """"" for no requests over HTTP."""
    app_token: str = field(repr=False)
    """"" for no Socket Mode."""
    api_url: str
    """Ends with a slash."""
    admin_channel: str = ""
    """The admins' channel, which gets reported problems; "" for none, or one in Teams."""
    network: Network = DIRECT

    @property
    def local(self) -> bool:
        """Whether Slack is a test server on this computer."""
        return is_loopback(host_of(self.api_url)[1])

    def own(self, url: str) -> bool:
        """Whether a URL from a payload leads to the same Slack: https or wss on its domain, or any scheme on this computer."""
        scheme, host = host_of(url)
        if self.local:
            return is_loopback(host)
        return (
            scheme in ("https", "wss") and slack_domain(host) is not None and slack_domain(host) == slack_domain(host_of(self.api_url)[1])
        )


def slack_settings(values: Mapping[str, str], network: Network) -> SlackSettings | None:
    if not values["SLACK_BOT_TOKEN"]:
        return None
    return SlackSettings(
        bot_token=values["SLACK_BOT_TOKEN"],
        signing_secret=values["SLACK_SIGNING_SECRET"],
        app_token=values["SLACK_APP_TOKEN"],
        api_url=values["SLACK_API_URL"].rstrip("/") + "/",
        admin_channel="" if is_teams_channel(values["TRADEBOT_ADMIN_CHANNEL"]) else values["TRADEBOT_ADMIN_CHANNEL"],
        network=network,
    )
