"""Make httpx clients that use the environment's proxies and certificates, and read no other environment."""

import ssl
from typing import Any

import httpx

from jobs.certificates import ssl_context
from jobs.proxies import Network, Proxy


class _Routes(httpx.AsyncBaseTransport):
    """Sends each request through the proxy for its host, or directly. httpx itself knows no address ranges."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.context = ssl_context(network)
        self.transports: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = self.network.proxy_for(str(request.url))
        if proxy not in self.transports:
            self.transports[proxy] = httpx.AsyncHTTPTransport(verify=self.context, proxy=_httpx_proxy(proxy, self.context))
        try:
            return await self.transports[proxy].handle_async_request(request)
        except httpx.ConnectError as error:
            if proxy is None or isinstance(error.__cause__ and error.__cause__.__cause__, ssl.SSLError):
                raise
            raise httpx.ProxyError(str(error)) from error

    async def aclose(self) -> None:
        for transport in self.transports.values():
            await transport.aclose()


def async_client(network: Network, **options: Any) -> httpx.AsyncClient:
    """`options` are httpx's. Raises CertificatesError."""
    return httpx.AsyncClient(transport=_Routes(network), trust_env=False, **options)


def client(network: Network, url: str, **options: Any) -> httpx.Client:
    """Return a client for the host of `url` alone. Raises CertificatesError."""
    context = ssl_context(network)
    return httpx.Client(verify=context, proxy=_httpx_proxy(network.proxy_for(url), context), trust_env=False, **options)


def _httpx_proxy(proxy: Proxy | None, context: ssl.SSLContext) -> httpx.Proxy | None:
    if proxy is None:
        return None
    return httpx.Proxy(proxy.url, ssl_context=context if proxy.url.startswith("https:") else None)
