"""Build Teams' app package, the same for every cloud.

The format: https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema (version 1.19).
"""

import json
import zipfile
from io import BytesIO
from typing import Any

from bot.teams import icons
from bot.urls import host_of, is_guid, is_placeholder
from handlers.table import TABLE, Access, Route

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"

VERSION = "1.0.2"
"""Raise it with every change, or Teams ignores the update."""

MAX_URL = 2_048
MAX_DESCRIPTION = 128

SHORT = "CBP trade answers and updates: an internal tool, not an official CBP channel"

FULL = (
    "Ask about CBP's seven Priority Trade Issues, the Office of Trade's roles, web pages and abbreviations, and CSMS messages. Type "
    "in a chat with the bot, or mention it in a channel or group chat, where everyone sees the answer. Every answer gives its source and "
    "date. “Look up”, below the message box, finds the same answers, and only you can see them until you send one. A channel or chat "
    "subscribes to updates by topic or phrase and gets each one once, right away or in a digest. “Look up” in a "
    "message's menu says what that message means. The bot reads only messages that are addressed to it or looked up, and the links to "
    "CBP's messages and pages that you paste, for which it offers a card. It is an internal tool of outreach staff and not an official "
    "CBP channel."
)

SEARCH_HINT = "A name, abbreviation, CSMS number or words from a title"
SEARCH = {
    "id": "lookUp",
    "type": "query",
    "title": "Look up",
    "description": "See what a name, abbreviation or CSMS number means",
    "initialRun": False,
    "context": ["compose", "commandBox"],
    "parameters": [{"name": "words", "title": "Words", "description": SEARCH_HINT, "inputType": "text"}],
}


LOOK_UP = {
    "id": "lookUpMessage",
    "type": "action",
    "title": "Look up",
    "description": "See what a message's words or CSMS number mean; only you see it",
    "context": ["message"],
    "fetchTask": True,
}

LINKS = {"type": "link", "value": {"domains": ["content.govdelivery.com", "cbp.gov", "*.cbp.gov"]}}
"""The links that Teams asks the bot about, while somebody who has the app is writing."""


class Missing(ValueError):
    """An input is missing or unusable."""


def package(client_id: str, url: str) -> bytes:
    """Return the zip, which does not depend on the time or the system. Raises Missing."""
    files = (
        ("manifest.json", json.dumps(manifest(client_id, url), indent=2, ensure_ascii=False).encode()),
        ("color.png", icons.color()),
        ("outline.png", icons.outline()),
    )
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)  # dated 1 January 1980
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # Unix; readable by everyone
            archive.writestr(entry, content)
    return whole.getvalue()


def manifest(client_id: str, url: str) -> dict[str, Any]:
    if not is_guid(client_id):
        raise Missing(
            "the bot's ID is missing: set TEAMS_CLIENT_ID to the Application (client) ID of its app registration, "
            "or add --client-id, such as --client-id 11111111-2222-3333-4444-555555555555"
        )
    scheme, host = host_of(url)
    if is_placeholder(host):
        raise Missing(f"{host.upper()} is a placeholder; give --url a web page of yours that says who runs the bot")
    if scheme != "https" or len(url) > MAX_URL:
        raise Missing(
            "add --url https://YOUR-SITE, a web page of yours that says who runs the bot, what data it stores and whom to ask; "
            "Teams shows it as the app's website, privacy statement and terms of use"
        )
    bot = client_id.lower()
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.19",
        "version": VERSION,
        "id": bot,
        "developer": {"name": "Trade outreach staff", "websiteUrl": url, "privacyUrl": url, "termsOfUseUrl": url},
        "name": {"short": "Trade bot", "full": "Trade bot (internal tool of outreach staff)"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#{:02x}{:02x}{:02x}".format(*icons.BACKGROUND),
        "bots": [
            {
                "botId": bot,
                "scopes": ["personal", "team", "groupChat"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": command_lists(TABLE),
            }
        ],
        "composeExtensions": [{"botId": bot, "commands": [SEARCH, LOOK_UP], "messageHandlers": [LINKS]}],
        "permissions": [],
        "validDomains": [],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def command_lists(table: tuple[Route, ...]) -> list[dict[str, Any]]:
    """Return at most ten commands per scope: in a channel, those about it and the lookups of one word."""
    # the later of two routes with one handler counts: /csms subscribe, not /trade subscribe
    routes = {route.function: route for route in table if route.audience is Access.ANYONE and route.in_menu}.values()
    personal = [route for route in routes if not route.about_channel]
    shared = [route for route in routes if route.about_channel or not route.words or route.words[0] == "help"]
    return [
        {"scopes": ["personal"], "commands": [list_entry(route) for route in personal]},
        {"scopes": ["team", "groupChat"], "commands": [list_entry(route) for route in shared]},
    ]


def list_entry(route: Route) -> dict[str, str]:
    """Describe a command by its help's first clause, after its arguments if both fit."""
    title, summary = " ".join((route.verb, *route.words[:1])), route.help.partition("; ")[0]
    arguments = route.usage.removeprefix(f"/{title}").strip()
    description = f"{arguments}: {summary}"
    if not arguments or len(description) > MAX_DESCRIPTION:
        description = summary[0].upper() + summary[1:]
    return {"title": title, "description": description}
