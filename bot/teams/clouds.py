"""The addresses of Microsoft's clouds: login, signing keys and connector.

https://learn.microsoft.com/en-us/azure/bot-service/how-to-deploy-gov-cloud-high and
https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/app-fundamentals/government-cloud
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Cloud:
    """One of Microsoft's clouds. No address ends with a slash."""

    name: str
    login: str
    """The token endpoint's base; the tenant follows in the path."""
    scope: str
    """The scope of the bot's tokens."""
    issuer: str
    """The issuer of the tokens that Teams sends."""
    keys_url: str
    """The issuer's signing keys, a JSON Web Key Set."""
    service_url: str
    """The connector for conversations whose activities have not named one yet."""


_PUBLIC = {
    "login": "https://login.microsoftonline.com",
    "scope": "https://api.botframework.com/.default",
    "issuer": "https://api.botframework.com",
    "keys_url": "https://login.botframework.com/v1/.well-known/keys",
}

_GOVERNMENT = {
    "login": "https://login.microsoftonline.us",
    "scope": "https://api.botframework.us/.default",
    "issuer": "https://api.botframework.us",
    "keys_url": "https://login.botframework.azure.us/v1/.well-known/keys",
}

CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        cloud.name: cloud
        for cloud in (
            Cloud("public", **_PUBLIC, service_url="https://smba.trafficmanager.net/teams"),
            Cloud("gcc", **_PUBLIC, service_url="https://smba.infra.gcc.teams.microsoft.com/teams"),
            Cloud("gcc-high", **_GOVERNMENT, service_url="https://smba.infra.gov.teams.microsoft.us/teams"),
            Cloud("dod", **_GOVERNMENT, service_url="https://smba.infra.dod.teams.microsoft.us/teams"),
        )
    }
)
"""The clouds by the values of TEAMS_CLOUD."""
