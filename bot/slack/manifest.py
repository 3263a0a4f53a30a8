"""Build Slack's app manifest: https://docs.slack.dev/reference/app-manifest. The tests check Slack's limits."""

from typing import Any
from urllib.parse import urlsplit

from bot.urls import host_of, is_placeholder
from content.loading.urls import is_loopback
from handlers.table import TABLE, VERBS, Access

PATH = "/slack/events"

LOOK_UP = "look_up"

MAX_URL = 3_000 - len(PATH)

DESCRIPTION = "Answers questions about CBP trade and posts CBP's trade updates in the channels that subscribe."

LONG_DESCRIPTION = (
    "Ask about CBP's seven Priority Trade Issues, the roles of the Office of Trade, its pages, its abbreviations and CSMS messages: "
    "by command, in a direct message or by mentioning the bot. Every answer gives its source and date. "
    "Only the person who types a command sees its answer, until they share it. A channel subscribes to updates by topic or phrase and "
    "gets each one once, right away or in a digest. Below a link to a CSMS message, the bot shows what the message is about. "
    "This is an internal tool of outreach staff and not an official CBP channel."
)

SHORTCUT_DESCRIPTION = "See what a message's words or CSMS number mean; only you see it"

SCOPES = {
    "commands": "offers the slash commands and “Look up” in a message's menu",
    "chat:write": "posts updates, answers mentions and direct messages, sends reported problems to the editors",
    "im:write": "tells the person who set a subscription when posting to its channel stops",
    "app_mentions:read": "receives messages that mention it in the channels it is in",
    "im:history": "receives the direct messages that people send to it",
    "channels:history": "checks whether it is in a public channel, and whether a post arrived when Slack's response was lost",
    "groups:history": "does the same in private channels",
    "links:read": "learns of links to CBP's messages and trade pages in messages, without the messages themselves",
    "links:write": "shows below such a link what it leads to, and later what changed",
}
"""The bot's scopes, each with its reason."""

EVENTS = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "link_shared": "links:read",
    "app_home_opened": "",
    "app_uninstalled": "",
    "tokens_revoked": "",
}
"""The bot's events, each with the scope that Slack requires for it."""


UNFURL_DOMAINS = ("content.govdelivery.com", "cbp.gov")
"""The hosts, with those below them, whose links Slack tells the bot about: CBP's messages, and the trade pages."""


class BadAddress(ValueError):
    """Slack could not reach the bot at this address; the message says why."""


def slack(http: str | None = None) -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for the address `http`. Raises BadAddress."""
    url = None if http is None else request_url(http)
    command_url, request_url_field = ({}, {}) if url is None else ({"url": url}, {"request_url": url})
    return {
        "display_information": {
            "name": "Trade bot",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#0b3d66",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "tradebot", "always_online": True},
            "shortcuts": [{"name": "Look up", "type": "message", "callback_id": LOOK_UP, "description": SHORTCUT_DESCRIPTION}],
            "slash_commands": [slash_command(verb) | command_url for verb in VERBS],
            "unfurl_domains": list(UNFURL_DOMAINS),
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": request_url_field | {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True} | request_url_field,
            "org_deploy_enabled": True,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def slash_command(verb: str) -> dict[str, Any]:
    routes = [route for route in TABLE if route.verb == verb]
    free = [route for route in routes if not route.words]
    helps = "; ".join(route.help for route in free or routes)
    description = f"for this bot's admins: {helps}" if all(route.audience is Access.ADMIN for route in routes) else helps
    arguments = (route.usage.removeprefix(f"/{verb}").strip() for route in free)
    return {
        "command": f"/{verb}",
        "description": description[0].upper() + description[1:],
        "usage_hint": " | ".join((*arguments, *(route.words[0] for route in routes if route.words))),
        "should_escape": False,
    }


def request_url(address: str) -> str:
    """Return the address of events from that of the bot or its host. Raises BadAddress."""
    scheme, host = host_of(address)
    try:
        port = urlsplit(address).port
    except ValueError:
        port = 0
    if not host or port == 0 or "?" in address or "#" in address or len(address) > MAX_URL:
        raise BadAddress("use the address where Slack reaches the bot, such as https://tradebot.example.gov")
    if is_placeholder(host):
        raise BadAddress(f"{host.upper()} is a placeholder; use the host where Slack reaches the bot")
    if scheme != "https" and not (scheme == "http" and is_loopback(host)):
        raise BadAddress("Slack requires an https address, such as https://tradebot.example.gov")
    return address.rstrip("/").removesuffix(PATH) + PATH
