"""Teams' app package: a manifest and two icons in a zip, as Teams' admin center takes it. The same for each of Microsoft's clouds.

The form is https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema (version 1.19); the tests hold it to
Microsoft's own JSON Schema. What is listed to be typed comes from the command table.
"""

import json
import zipfile
from io import BytesIO
from typing import Any

from bot.teams import icons
from bot.urls import host_of, is_guid, is_placeholder
from handlers.table import TABLE, Route

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"

VERSION = "1.0.0"
"""Of the package. Raise it with every change of the manifest: Teams takes an update by its number."""

LOOK_UP = "lookUp"
"""The id of the message extension's one command, and the name of its one parameter."""
WORDS = "words"

MAX_OF_A_URL = 2_048

UNIX, READABLE = 3, 0o644

MAX_DESCRIBED = 128

SCOPES = ("personal", "team", "groupChat")

SHORT = "CBP trade answers and updates: an internal tool, not an official channel of CBP"

FULL = (
    "Ask about CBP's seven Priority Trade Issues, the roles of the Office of Trade, its pages, its abbreviations and CSMS messages: in a "
    "chat with the bot, or by mentioning it in a channel or a group chat, where everybody sees the answer. Every answer says where it was "
    "read and when that was true. Look up, below the message that you write, finds the same for you alone until you send it. A channel or "
    "a chat subscribes to updates by topic or phrase and gets each one once: at once, or as a digest. The bot reads what is said to it "
    "and nothing else. It is an internal tool of outreach staff, and not an official channel of CBP."
)


class Missing(ValueError):
    """What the package can't be made without; the message says what to write."""


def package(client_id: str, url: str) -> bytes:
    """The zip: the same bytes for the same bot. Raises Missing."""
    files = (
        ("manifest.json", json.dumps(manifest(client_id, url), indent=2, ensure_ascii=False).encode()),
        ("color.png", icons.color()),
        ("outline.png", icons.outline()),
    )
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)  # of 1 January 1980, whenever it is made
            entry.create_system, entry.external_attr = UNIX, READABLE << 16  # wherever it is made
            archive.writestr(entry, content)
    return whole.getvalue()


def manifest(client_id: str, url: str) -> dict[str, Any]:
    """The app's manifest. `client_id`: of the bot's app registration; `url`: the page about whoever runs the bot. Raises Missing."""
    if not is_guid(client_id):
        raise Missing(
            "which bot? Set TEAMS_CLIENT_ID to the Application (client) ID of its app registration, "
            "or write it behind --client-id, such as 11111111-2222-3333-4444-555555555555"
        )
    scheme, host = host_of(url)
    if is_placeholder(host):
        raise Missing(f"{host.upper()} is a placeholder; write behind --url a page of yours that says who runs the bot")
    if scheme != "https" or len(url) > MAX_OF_A_URL:
        raise Missing(
            "write --url https://YOUR-SITE: a page of yours that says who runs the bot, what it keeps and where to ask; "
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
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": command_lists(TABLE),
            }
        ],
        "composeExtensions": [
            {
                "botId": bot,
                "commands": [
                    {
                        "id": LOOK_UP,
                        "type": "query",
                        "title": "Look up",
                        "description": "What a name, an abbreviation or a CSMS number means",
                        "initialRun": False,
                        "context": ["compose", "commandBox"],
                        "parameters": [
                            {
                                "name": WORDS,
                                "title": "Words",
                                "description": "A name, an abbreviation, a CSMS number or words of its title",
                                "inputType": "text",
                            }
                        ],
                    }
                ],
            }
        ],
        "permissions": [],
        "validDomains": [],
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def command_lists(table: tuple[Route, ...]) -> list[dict[str, Any]]:
    """What Teams offers while somebody types, a list a place, as it takes ten commands of one: in a chat with the bot every look-up; in
    a channel what it gets, and the look-ups that need no second word. The rest can be typed as well, and help lists it."""
    rows = {
        row.function: row for row in table if row.audience == "anyone"
    }.values()  # /csms subscribe and its twin of /trade: the usual one
    asked = [row for row in rows if not row.about_channel]
    said = [row for row in rows if row.about_channel or not row.words or row.words[0] == "help"]
    return [
        {"scopes": ["personal"], "commands": [listed(row) for row in asked]},
        {"scopes": ["team", "groupChat"], "commands": [listed(row) for row in said]},
    ]


def listed(row: Route) -> dict[str, str]:
    """A row as it is typed in Teams, without the slash that there means something else; and what may stand behind it, where that fits,
    with what it brings, in its first clause."""
    title, said = " ".join((row.verb, *row.words[:1])), row.help.partition("; ")[0]
    behind = row.usage.removeprefix(f"/{title}").strip()
    whole = f"{behind}: {said}" if behind else said[0].upper() + said[1:]
    return {"title": title, "description": whole if len(whole) <= MAX_DESCRIBED else said[0].upper() + said[1:]}
