"""Feeds through real loopback proxies: CONNECT, plain HTTP, SOCKS5 and a proxy that speaks TLS itself."""

import httpx
import pytest

from jobs.fetch import Failed, Fetched, fetch
from jobs.http_client import async_client, client
from jobs.proxies import read_network
from tests.support.feed_server import bulletins
from tests.support.feed_server import serving as serving_feeds
from tests.support.proxy import QUOTED, serving

HOST = "feeds.example.gov"


@pytest.mark.parametrize("login", [False, True], ids=["open", "login"])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h", "socks"])
async def test_a_feed_is_read_through_the_proxy(scheme: str, variable: str, login: bool) -> None:
    with serving_feeds(bulletins(3)) as feeds, serving({HOST: feeds.port}, login=login, tls=scheme == "https") as proxy:
        network = read_network(proxy.environ | {variable: proxy.url(scheme, QUOTED if login else "")})
        async with async_client(network) as http:
            read = await fetch(http, f"https://{HOST}/csms.rss")
    assert isinstance(read, Fetched), read
    assert b"Quota notice 2" in read.body
    assert proxy.asked == [("SOCKS5" if scheme.startswith("socks") else "CONNECT", f"{HOST}:443")]


@pytest.mark.parametrize("scheme", ["http", "https"])  # with SOCKS, httpcore 1.0.9 leaves the socket to the garbage collector
async def test_a_wrong_login_at_the_proxy_is_a_failed_read_without_the_password(scheme: str) -> None:
    with serving({HOST: 9}, login=True, tls=scheme == "https") as proxy:
        network = read_network(proxy.environ | {"HTTPS_PROXY": proxy.url(scheme, "somebody:wrong-password")})
        async with async_client(network) as http:
            read = await fetch(http, f"https://{HOST}/csms.rss")
    assert isinstance(read, Failed)
    assert proxy.refused == 1
    assert read.why == "no connection through the proxy (407 Proxy Authentication Required)"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_is_away_is_named_as_the_cause(scheme: str) -> None:
    async with async_client(read_network({"HTTPS_PROXY": f"{scheme}://u:hidden@127.0.0.1:9"})) as http:
        assert await fetch(http, f"https://{HOST}/csms.rss") == Failed("no connection through the proxy (no connection (refused))")


@pytest.mark.parametrize("exception", [HOST, ".example.gov", "*.gov", "*", f"other,{HOST}:443", f"  x , {HOST} ", "10.0.0.0/8,gov"])
async def test_a_host_in_no_proxy_is_reached_directly(exception: str) -> None:
    with serving({HOST: 9}) as proxy:
        async with async_client(read_network({"ALL_PROXY": proxy.url(), "NO_PROXY": exception})) as http:
            with pytest.raises(httpx.ConnectError):  # no such host
                await http.get(f"https://{HOST}/")
    assert proxy.asked == []


async def test_each_request_takes_its_own_way() -> None:
    with serving_feeds(bulletins(3)) as feeds, serving({HOST: feeds.port, "10.1.2.3": feeds.port}) as proxy:
        environ = {"HTTP_PROXY": proxy.url(), "NO_PROXY": "10.1.0.0/24,fd00::/8,[fd00::1]:80"}
        async with async_client(read_network(environ)) as http:
            for url in (f"http://{HOST}/csms.rss", "http://10.1.2.3/csms.rss", feeds.url("/csms.rss"), f"http://{HOST}/pages.rss"):
                assert (await http.get(url)).status_code == 200
    assert proxy.asked == [("GET", HOST), ("GET", "10.1.2.3"), ("GET", HOST)]


def test_a_client_for_one_host_goes_through_the_proxy_too() -> None:
    with serving_feeds(bulletins(3)) as feeds, serving({HOST: feeds.port}) as proxy:
        network = read_network(proxy.environ | {"HTTPS_PROXY": proxy.url("socks5")})
        for url, asked in ((f"https://{HOST}/csms.rss", 1), (feeds.url("/csms.rss"), 1)):
            with client(network, url) as http:
                assert http.get(url).status_code == 200
            assert len(proxy.asked) == asked


async def test_a_certificate_of_an_unknown_authority_is_refused() -> None:
    with serving({HOST: 9}) as proxy:
        async with async_client(read_network({"HTTPS_PROXY": proxy.url()})) as http:
            read = await fetch(http, f"https://{HOST}/csms.rss")
    assert isinstance(read, Failed)
    assert "no secure connection" in read.why
