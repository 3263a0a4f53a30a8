"""The addresses of Microsoft's clouds.

https://learn.microsoft.com/en-us/azure/bot-service/how-to-deploy-gov-cloud-high and
https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/app-fundamentals/government-cloud
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Cloud:
    """No address ends with a slash."""

    name: str
    login: str
    """The token endpoint's base; the tenant follows."""
    scope: str
    issuer: str
    """The issuer of the tokens that Teams sends."""
    keys_url: str
    service_url: str
    """For conversations whose activities have not named a connector yet."""
    exchange: str = "api://AzureADTokenExchange"
    """The audience of a managed identity's token that stands for the bot's app registration."""
    client: str = "https://teams.microsoft.com"
    """Where people use Teams; links into it begin with this."""


_PUBLIC = (
    "https://login.microsoftonline.com",
    "https://api.botframework.com/.default",
    "https://api.botframework.com",
    "https://login.botframework.com/v1/.well-known/keys",
)
_GOVERNMENT = (
    "https://login.microsoftonline.us",
    "https://api.botframework.us/.default",
    "https://api.botframework.us",
    "https://login.botframework.azure.us/v1/.well-known/keys",
)
_GOVERNMENT_EXCHANGE = "api://AzureADTokenExchangeUSGov"
_ALL = (
    Cloud("public", *_PUBLIC, "https://smba.trafficmanager.net/teams"),
    Cloud("gcc", *_PUBLIC, "https://smba.infra.gcc.teams.microsoft.com/teams"),
    Cloud(
        "gcc-high", *_GOVERNMENT, "https://smba.infra.gov.teams.microsoft.us/teams", _GOVERNMENT_EXCHANGE, "https://gov.teams.microsoft.us"
    ),
    Cloud("dod", *_GOVERNMENT, "https://smba.infra.dod.teams.microsoft.us/teams", _GOVERNMENT_EXCHANGE, "https://dod.teams.microsoft.us"),
)
CLOUDS: Mapping[str, Cloud] = MappingProxyType({cloud.name: cloud for cloud in _ALL})
