"""How the address of a feed is written in what people read."""

import httpx

MOST = 80
"""Characters of a host, and of a path, that are shown. The longest path of CBP's has 60."""


def shown(address: str | httpx.URL) -> str:
    """ "https://www.federalregister.gov/api/v1/documents.json…": host and path; "…" stands for what is behind them."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return cut(str(address))
    if not url.host:
        return cut(str(address))
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{cut(url.host)}{port}{cut(url.path, more=bool(url.query))}"


def cut(text: str, *, more: bool = False) -> str:
    """`more`: something is left out behind it in any case."""
    return f"{text[:MOST]}{'…' if more or len(text) > MOST else ''}"
