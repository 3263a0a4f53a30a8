"""A loopback Teams: the login, the keys and the connector. It checks requests as Teams would, records what it accepts, and misbehaves on
request.

with teams_server.serving() as teams:
    teams.settings()                  the TeamsSettings of a bot that uses it; teams.environ() for a bot in anonymous mode
    teams.token(aud="…")              the token of an activity; None omits a claim
    teams.message("pti revenue")      an activity as Teams sends it; also invoke(…), installed(…), activity(…)
    teams.fail("post", "429")         the next fault: one of FAULTS, or a status and Teams' code, as in "403 BotDisabledByAdmin"
    teams.posts                       the messages in conversations, in the order in which they were accepted
"""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from bot.teams.clouds import Cloud
from bot.teams.settings import TeamsSettings
from tests.support.loopback_app import dropped, serving_app

CLIENT, SECRET, TENANT = "11111111-2222-3333-4444-555555555555", "loopback~secret", "99999999-8888-7777-6666-555555555555"
IDENTITY_HEADER = "loopback~header"
ISSUER, SCOPE = "https://api.botframework.loopback", "https://api.botframework.loopback/.default"
PERSON, PERSON_ID, BOT = "aaaaaaaa-0000-0000-0000-000000000001", "29:maria", f"28:{CLIENT}"
TEAM, CHANNEL, GROUP, PERSONAL = "19:team@thread.tacv2", "19:trade@thread.tacv2", "19:group@thread.v2", "a:1maria"
KINDS = {CHANNEL: "channel", TEAM: "channel", GROUP: "groupChat", PERSONAL: "personal"}
HIDDEN = (SECRET, "eyJ")
"""Secrets that no log may hold."""

MAX_BYTES = 28 * 1024
"""Maximum bytes of a message in UTF-16: the smallest of the limits that Microsoft documents."""
CARD = "application/vnd.microsoft.card.adaptive"
FAULTS = ("html", "odd", "null", "no id", "drop before", "drop after", "hang", "hold", "hold and drop")
"""Faults for "keys", "discovery", "login", "identity", "open", "post" and "update"; a plain status works too."""

Json = dict[str, Any]


@cache
def key(name: str) -> RSAPrivateKey:
    """Return the key of a name. Keys are slow to generate, so they last for the whole run."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public(name: str) -> Json:
    """Return a key as the key server publishes it."""
    shown: Json = jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True)
    return shown | {"kid": name, "use": "sig", "alg": "RS256", "endorsements": ["msteams"]}


def problem_of(activity: Any) -> str | None:
    """Return Teams' error code for a message, or ""."""
    if not isinstance(activity, dict) or activity.get("type") != "message":
        return "BadSyntax"
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > MAX_BYTES:
        return "MessageSizeTooBig"
    attachments = activity.get("attachments") or []
    if not activity.get("text") and not attachments:
        return "BadArgument"
    cards = [each.get("content") for each in attachments if each.get("contentType") == CARD]
    good = [
        isinstance(card, dict)
        and card.get("type") == "AdaptiveCard"
        and isinstance(card.get("body"), list)
        and card.get("version") == "1.5"
        for card in cards
    ]
    return None if len(good) == len(attachments) and all(good) else "BadArgument"


@dataclass
class TeamsServer:
    port: int = 0
    posts: list[Json] = field(default_factory=list)
    """The accepted messages, with their `conversation` (thread included), `id` and number of updates (`updated`)."""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    """The calls: "keys", "login", "post" or "update", with their arguments."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Problems of messages that Teams would have refused."""
    absent: set[str] = field(default_factory=set)
    """Conversations without the bot."""
    keys: list[str] = field(default_factory=lambda: ["first"])
    """The names of the published keys."""
    endorsements: dict[str, object] = field(default_factory=dict)
    """The endorsements of keys that are not for Teams alone, by name. A key with None has no list."""
    people: dict[str, str] = field(default_factory=lambda: {PERSON: PERSONAL})
    """The chats with the bot by the person's object ID."""
    secret: str = SECRET
    certificates: list[Certificate] = field(default_factory=list)
    """The certificates that were uploaded to the bot's app registration."""
    identities: set[str] = field(default_factory=set)
    """The managed identities of this computer: client IDs, and "system"."""
    trusted_identities: set[str] = field(default_factory=set)
    """Those that the bot's app registration trusts."""
    retry_after: str | None = "1"
    anonymous: bool = False
    """Accept posts without a token, as Microsoft's local client does."""
    tokens: set[str] = field(default_factory=set)
    """The valid tokens."""
    said: set[str] = field(default_factory=set)
    """The ids of people's messages, which may start threads."""
    released: bool = False
    """Whether requests that "hold" and "hold and drop" keep waiting go on."""
    _faults: dict[str, list[str]] = field(default_factory=dict)
    _number: int = 1_700_000_000_000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    def cloud(self) -> Cloud:
        return Cloud("loopback", self.url, SCOPE, ISSUER, f"{self.url}/v1/.well-known/keys", f"{self.url}/teams")

    def settings(self, *, anonymous: bool = False, secret: str = SECRET, **more: Any) -> TeamsSettings:
        return TeamsSettings(CLIENT, secret, TENANT, self.cloud(), anonymous, **more)

    def environ(self) -> dict[str, str]:
        """Return the environment of a bot in anonymous mode, which posts to wherever an activity says."""
        self.anonymous = True
        return {"TEAMS_CLIENT_ID": CLIENT, "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "true"}

    def fail(self, what: str, *faults: str) -> None:
        self._faults.setdefault(what, []).extend(faults)

    def asked(self, what: str) -> list[Json]:
        return [given for name, given in self.calls if name == what]

    def seen(self, conversation: str = CHANNEL) -> list[Json]:
        return [post for post in self.posts if post["conversation"] == conversation]

    def new_id(self) -> str:
        self._number += 1
        return str(self._number)

    # what Teams sends

    def token(self, *, by: str = "first", kid: str | None = "", algorithm: str = "RS256", **claims: Any) -> str:
        """Return a token signed by the key `by`. `kid` "" names that key, None names none. Claims that are None are omitted."""
        now = int(time.time())
        usual = {"iss": ISSUER, "aud": CLIENT, "exp": now + 3600, "nbf": now - 300, "serviceurl": self.service_url} | claims
        given = {name: value for name, value in usual.items() if value is not None}
        return jwt.encode(given, key(by), algorithm, headers={} if kid is None else {"kid": kid or by})

    def bearer(self, **given: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(**given)}"}

    def activity(self, kind: str, conversation: str = PERSONAL, **more: Any) -> Json:
        """Return the fields of every activity. `conversation` may end with a thread's ;messageid=."""
        base = conversation.partition(";")[0]
        where = KINDS.get(base, "personal")
        data: Json = {"tenant": {"id": TENANT}}
        if where == "channel":
            data |= {"team": {"id": TEAM, "name": "Office of Trade"}, "channel": {"id": base, "name": "Trade"}}
        number = self.new_id()
        if kind == "message":
            self.said.add(number)
        return {
            "type": kind,
            "id": number,
            "timestamp": "2026-02-09T14:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": PERSON_ID, "name": "Maria", "aadObjectId": PERSON},
            "conversation": {"id": conversation, "conversationType": where, "tenantId": TENANT}
            | ({"isGroup": True} if where != "personal" else {}),
            "recipient": {"id": BOT, "name": "Trade bot"},
            "channelData": data,
        } | more

    def message(self, text: str, conversation: str = PERSONAL, *, mention: bool | None = None, **more: Any) -> Json:
        """Return a person's message, which mentions the bot except in a personal chat."""
        mentions = KINDS.get(conversation.partition(";")[0]) != "personal" if mention is None else mention
        at = "<at>Trade bot</at>"
        entities = [{"type": "mention", "text": at, "mentioned": {"id": BOT, "name": "Trade bot"}}] if mentions else []
        words = f"{at}&nbsp;{text}" if mentions else text
        return self.activity("message", conversation, text=words, textFormat="plain", entities=entities) | more

    def invoke(self, command: str, on: str = "", conversation: str = PERSONAL, **more: Any) -> Json:
        """Return the press of a button on the message with the id `on`."""
        action = {"action": {"type": "Action.Execute", "verb": "command", "data": {"command": command}}, "trigger": "manual"}
        return self.activity("invoke", conversation, name="adaptiveCard/action", value=action, replyToId=on) | more

    def submit(self, command: str, on: str = "", conversation: str = PERSONAL, **more: Any) -> Json:
        """Return a press in a client without Action.Execute; in a channel the conversation's id holds the thread."""
        return self.activity("message", conversation, value={"command": command}, replyToId=on) | more

    def query(self, words: str, conversation: str = PERSONAL, **more: Any) -> Json:
        """Return a search in the message extension."""
        value = {"commandId": "lookUp", "parameters": [{"name": "words", "value": words}], "queryOptions": {"skip": 0, "count": 25}}
        return self.activity("invoke", conversation, name="composeExtension/query", value=value) | more

    def look_up(self, html: str, conversation: str = CHANNEL, **more: Any) -> Json:
        """Return the activity for "Look up" in the menu of a message."""
        message = {"id": "1700000000001", "messageType": "message", "body": {"contentType": "html", "content": html}}
        value = {"commandId": "lookUpMessage", "commandContext": "message", "messagePayload": message}
        return self.activity("invoke", conversation, name="composeExtension/fetchTask", value=value) | more

    def query_link(self, url: str, conversation: str = PERSONAL, **more: Any) -> Json:
        """Return the activity for a link that somebody pasted into a message."""
        return self.activity("invoke", conversation, name="composeExtension/queryLink", value={"url": url}) | more

    def installed(self, action: str = "add", conversation: str = PERSONAL, **more: Any) -> Json:
        return self.activity("installationUpdate", conversation, action=action) | more

    # what the bot asks for

    async def show_keys(self, request: web.Request) -> web.StreamResponse:
        _, wrong = await self.begin("keys", {}, request)
        return wrong or web.json_response({"keys": [self.published(name) for name in self.keys]})

    def published(self, name: str) -> Json:
        shown = public(name)
        shown["endorsements"] = self.endorsements.get(name, shown["endorsements"])
        return {field: value for field, value in shown.items() if value is not None}

    async def discovery(self, request: web.Request) -> web.StreamResponse:
        tenant = request.match_info["tenant"]
        base = f"https://{request.host}/{tenant}"
        _, wrong = await self.begin("discovery", {}, request)
        if wrong is not None:
            return wrong
        if tenant != TENANT:
            return web.json_response({"error": "invalid_tenant", "error_description": "AADSTS90002: no such tenant"}, status=400)
        found = {"token_endpoint": f"{base}/oauth2/v2.0/token", "authorization_endpoint": f"{base}/oauth2/v2.0/authorize"}
        return web.json_response(found | {"issuer": f"{base}/v2.0"})

    async def login(self, request: web.Request) -> web.StreamResponse:
        given = {name: str(value) for name, value in (await request.post()).items()}
        _, wrong = await self.begin("login", given, request)
        if wrong is not None:
            return wrong
        if wrong_login := self.problem_of_login(given):
            return web.json_response({"error": "invalid_client", "error_description": wrong_login}, status=401)
        if given.get("scope") != SCOPE:
            return web.json_response({"error": "invalid_scope", "error_description": "AADSTS70011"}, status=400)
        now = int(time.time())
        token = jwt.encode({"aud": SCOPE, "appid": CLIENT, "exp": now + 3600, "n": len(self.tokens)}, key("login"), "RS256")
        self.tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    def problem_of_login(self, given: Json) -> str:
        """Check a secret, the assertion that a certificate's key signed, or the token of a managed identity, as Microsoft Entra does."""
        assertion = given.get("client_assertion")
        if assertion is None:
            good = (given.get("client_id"), given.get("client_secret")) == (CLIENT, self.secret)
            return "" if good else f"AADSTS7000215: Invalid client secret provided for {given.get('client_secret')}."
        if given.get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" or "client_secret" in given:
            return "AADSTS50027: wrong assertion type"
        head = jwt.get_unverified_header(assertion)
        if "x5t#S256" not in head:
            return self.problem_of_identity(assertion)
        thumbprint = base64.urlsafe_b64decode(head["x5t#S256"])
        known = next((each for each in self.certificates if each.fingerprint(SHA256()) == thumbprint), None)
        if known is None or head["alg"] != "PS256" or len(head.get("x5c", [])) != 1:
            return "AADSTS700027: the certificate with the thumbprint is not known"
        if base64.b64decode(head["x5c"][0]) != known.public_bytes(Encoding.DER):
            return "AADSTS700027: x5c is another certificate"
        audience = f"https://127.0.0.1:{self.port}/{TENANT}/oauth2/v2.0/token"
        try:
            public_key = cast("RSAPublicKey", known.public_key())
            claims = jwt.decode(assertion, public_key, ["PS256"], audience=audience, options={"require": ["exp", "iat", "jti"]})
        except jwt.PyJWTError as error:
            return f"AADSTS700027: {error}"
        return "" if (claims["iss"], claims["sub"]) == (CLIENT, CLIENT) else "AADSTS700016: another app"

    def problem_of_identity(self, assertion: str) -> str:
        try:
            claims = jwt.decode(assertion, key("imds").public_key(), ["RS256"], audience="api://AzureADTokenExchange")
        except jwt.PyJWTError as error:
            return f"AADSTS700212: {error}"
        return "" if claims["sub"] in self.trusted_identities else "AADSTS700213: no matching federated identity record"

    async def identity(self, request: web.Request) -> web.StreamResponse:
        """Answer as the service of a virtual machine does, or that of App Service."""
        given = dict(request.query)
        _, wrong = await self.begin("identity", given, request)
        if wrong is not None:
            return wrong
        name = given.get("client_id", "system")
        on_app_service = request.path == "/msi/token"
        header, expected = ("X-IDENTITY-HEADER", IDENTITY_HEADER) if on_app_service else ("Metadata", "true")
        if request.headers.get(header) != expected or name not in self.identities:
            return web.json_response({"error": "invalid_request", "error_description": "Identity not found"}, status=400)
        now = int(time.time())
        token = jwt.encode({"aud": given["resource"], "sub": name, "exp": now + 3600, "n": len(self.tokens)}, key("imds"), "RS256")
        if given["resource"] == SCOPE.removesuffix("/.default") and name == CLIENT:
            self.tokens.add(token)
        lifetime = {"expires_on": str(now + 3600)} if on_app_service else {"expires_in": "3600"}
        return web.json_response({"access_token": token, "token_type": "Bearer", "resource": given["resource"], **lifetime})

    async def open_conversation(self, request: web.Request) -> web.StreamResponse:
        """https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#create-conversation"""
        given = await request.json()
        fault, wrong = await self.begin("open", given, request)
        if wrong is not None:
            return wrong
        if not self.anonymous and request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return web.json_response(error("Unauthorized"), status=401)
        members = [member["id"] for member in given.get("members", ())]
        if given.get("bot") != {"id": BOT} or given.get("tenantId") != TENANT or given.get("isGroup") or len(members) != 1:
            return web.json_response(error("BadSyntax"), status=400)
        if members[0] not in self.people:
            return web.json_response(error("BadArgument"), status=400)
        conversation = self.people[members[0]]
        if conversation in self.absent:
            return web.json_response(error("ForbiddenOperationException"), status=403)
        if fault == "drop after":
            return await dropped(request)
        return web.json_response({} if fault == "no id" else {"id": conversation}, status=201)

    async def take(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        what = "update" if "activity" in request.match_info else "post"
        fault, wrong = await self.begin(what, given, request)
        if wrong is not None:
            return wrong
        status, answer = self.taken(given, request)
        if fault == "drop after":
            return await dropped(request)
        if fault in ("odd", "null"):
            return web.Response(text="[1]" if fault == "odd" else "null", content_type="application/json", status=status)
        return web.json_response({} if fault == "no id" else answer, status=status)

    def taken(self, given: Any, request: web.Request) -> tuple[int, Json]:
        conversation, scheme = request.match_info["conversation"], request.headers.get("Authorization", "")
        if not self.anonymous and scheme.removeprefix("Bearer ") not in self.tokens:
            return 401, error("Unauthorized")
        if self.anonymous and scheme:
            return 401, error("ATokenWentToWhoeverAsked")
        base = conversation.partition(";")[0]
        if base in self.absent:
            return 403, error("BotNotInConversationRoster")
        if base not in KINDS:
            return 404, error("ConversationNotFound")
        if wrong := problem_of(given):
            self.refused.append((wrong, json.dumps(given)[:500]))
            return 413 if wrong == "MessageSizeTooBig" else 400, error(wrong)
        known = {post["id"]: post for post in self.posts if post["conversation"].partition(";")[0] == base}
        if "activity" in request.match_info:
            before = known.get(request.match_info["activity"])
            if before is None:
                return 404, error("ActivityNotFoundInConversation")
            before.update(given | {"id": before["id"], "conversation": before["conversation"], "updated": before["updated"] + 1})
            return 200, {"id": before["id"]}
        root = conversation.partition(";messageid=")[2]
        if root and root not in known and root not in self.said:
            return 404, error("ActivityNotFoundInConversation")
        post = dict(given) | {"id": self.new_id(), "conversation": conversation, "updated": 0}
        self.posts.append(post)
        return 201, {"id": post["id"]}

    async def begin(self, what: str, given: Json, request: web.Request) -> tuple[str, web.StreamResponse | None]:
        """Return the fault of this call and its response; None when the call is to be checked first."""
        self.calls.append((what, given))
        waiting = self._faults.get(what)
        fault = waiting.pop(0) if waiting else ""
        status, _, code = fault.partition(" ")
        while fault == "hang" or (fault.startswith("hold") and not self.released):  # noqa: ASYNC110  # set by another thread
            await asyncio.sleep(0.01)
        if fault in ("drop before", "hold and drop"):
            return fault, await dropped(request)
        if fault == "html":
            return fault, web.Response(text="<html>Service unavailable</html>", status=503, content_type="text/html")
        if fault in ("odd", "null") and what not in ("post", "update"):
            return fault, web.Response(text="[1]" if fault == "odd" else "null", content_type="application/json")
        if not status.isdigit():
            return fault, None
        wait = {"Retry-After": self.retry_after} if self.retry_after is not None and status in ("412", "429", "502", "504") else {}
        return fault, web.json_response(error(code), status=int(status), headers=wait)


def error(code: str) -> Json:
    return {"error": {"code": code, "message": f"{code} in words"}} if code else {}


@contextmanager
def serving() -> Iterator[TeamsServer]:
    for name in ("first", "login", "imds"):
        key(name)  # before two threads make one each at the same time
    teams = TeamsServer()
    app = web.Application(client_max_size=2**22)
    app.router.add_get("/v1/.well-known/keys", teams.show_keys)
    app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", teams.discovery)
    app.router.add_post("/{tenant}/oauth2/v2.0/token", teams.login)
    app.router.add_get("/metadata/identity/oauth2/token", teams.identity)
    app.router.add_get("/msi/token", teams.identity)
    app.router.add_post("/teams/v3/conversations", teams.open_conversation)
    app.router.add_post("/teams/v3/conversations/{conversation}/activities", teams.take)
    app.router.add_put("/teams/v3/conversations/{conversation}/activities/{activity}", teams.take)
    with serving_app(app) as (teams.port, _):
        yield teams
