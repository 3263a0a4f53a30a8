"""Which proxy a request takes, for the variables as people write them."""

import httpx
import pytest

from jobs.http_client import async_client, client
from jobs.proxies import DIRECT, Network, describe_network, read_network

PROXY = {"HTTPS_PROXY": "http://proxy:3128", "HTTP_PROXY": "http://plain:3128"}


def way(network: Network, url: str) -> str:
    proxy = network.proxy_for(url)
    return proxy.address if proxy else ""


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("http://proxy:3128", "http://proxy:3128"),
        ("proxy:3128", "http://proxy:3128"),
        ("user:p%40ss@proxy:3128", "http://user:p%40ss@proxy:3128"),
        ("HTTP://Proxy.Agency.GOV:3128/", "http://proxy.agency.gov:3128"),
        ("https://proxy", "https://proxy"),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
        ("socks5://10.0.0.1:1080", "socks5://10.0.0.1:1080"),
        ("socks5h://proxy:1080", "socks5h://proxy:1080"),
        ("socks://proxy:1080/", "socks5://proxy:1080"),
        (" http://proxy:3128\n", "http://proxy:3128"),
        ("http://DOMAIN\\user:pa:ss@proxy:3128", "http://DOMAIN\\user:pa:ss@proxy:3128"),
    ],
)
def test_a_proxy_is_read_as_people_write_it(value: str, url: str) -> None:
    network = read_network({"HTTPS_PROXY": value})
    assert network.https is not None
    assert (network.https.url, network.https.variable, network.problems) == (url, "HTTPS_PROXY", ())
    assert "ss@" not in f"{network!r}{[*describe_network(network)]}"
    client(network, "https://cbp.gov").close()


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    "value",
    [
        *("http://", "http:proxy:3128", "http//proxy:3128", "://proxy", "http://proxy:port", "http://proxy:0", "http://proxy:70000"),
        *("http://u:hid@den@proxy:1", "http://u:hid/den@proxy:1", "http://u:hid#den@proxy:1", "http://u:hidden", "u:hidden"),
        *("'http://proxy:3128'", "http://pro xy:3128", "http://proxy:3128/path", "http://[::1", "socks4://proxy:1", "ftp://proxy:1"),
        *("http://u:hidden\x00@proxy:1", "http://u:\udcffhidden@proxy:1", "http://[::1]:x", "htp://u:hidden@proxy:3128", "http://prøxy:1"),
        *("http://[1:2:3]:1", "http://a..b:1", "http://.:1", "http://256.256.256.256:1", "1:1", "http://10.1:1", "*"),
    ],
)
def test_a_malformed_proxy_is_a_problem_that_names_the_variable_and_shows_no_password(variable: str, value: str) -> None:
    network = read_network({variable: value})
    assert (network.http, network.https) == (None, None)
    assert len(network.problems) == 1
    assert network.problems[0].startswith(f"{variable} ")
    assert "hid" not in network.problems[0]
    assert network.problems[0].endswith(".")


@pytest.mark.parametrize(
    "value", ["http://-:1", "http://_:1", "http://a.-b.:1", f"http://{'a' * 70}.gov:1", "http://xn--:1", "http://xn--a.xn--0:1"]
)
async def test_what_passes_as_a_proxy_never_breaks_the_client(value: str) -> None:
    network = read_network({"ALL_PROXY": value})
    if not network.problems:
        client(network, "https://cbp.gov").close()
        async with async_client(network, timeout=1) as http:
            with pytest.raises(httpx.HTTPError):
                await http.get("https://cbp.invalid")


def test_the_special_variable_counts_before_the_general_and_lower_case_before_upper() -> None:
    environ = {"ALL_PROXY": "all:1", "HTTP_PROXY": "plain:1", "https_proxy": "lower:1", "HTTPS_PROXY": "upper:1"}
    network = read_network(environ)
    assert way(network, "https://cbp.gov") == way(network, "wss://cbp.gov") == "http://lower:1"
    assert way(network, "http://cbp.gov") == way(network, "ws://cbp.gov") == "http://plain:1"
    assert way(read_network(environ | {"https_proxy": " ", "HTTPS_PROXY": ""}), "https://cbp.gov") == "http://all:1"
    assert way(read_network({"HTTP_PROXY": "plain:1"}), "https://cbp.gov") == ""
    assert read_network({}) == DIRECT


@pytest.mark.parametrize(
    "url", ["https://localhost/", "http://127.0.0.1:3000", "wss://[::1]:1", "https://127.9.9.9", "https://x.localhost"]
)
def test_this_computer_is_never_reached_through_a_proxy(url: str) -> None:
    assert way(read_network(PROXY), url) == ""


@pytest.mark.parametrize(
    ("entry", "direct", "proxied"),
    [
        (
            "slack.com",
            "https://slack.com wss://wss-primary.slack.com https://SLACK.com./api",
            "https://notslack.com https://slack.com.evil.org",
        ),
        (".slack.com", "https://slack.com https://hooks.slack.com", "https://xslack.com"),
        ("*.slack.com", "https://slack.com https://a.b.slack.com", "https://xslack.com"),
        ("SLACK.COM.", "https://slack.com", "https://slack.org"),
        ("gov", "https://www.cbp.gov", "https://gov.example.com"),
        ("*", "https://slack.com http://10.0.0.1 https://[2001:db8::1]", ""),
        ("cbp.gov:443", "https://cbp.gov https://cbp.gov:443/x", "https://cbp.gov:8443 http://cbp.gov"),
        ("10.0.0.0/8", "https://10.1.2.3", "https://11.0.0.1 https://ten.example.com https://[::ffff:a00:1]"),
        ("10.1.2.3/8", "https://10.9.9.9", "https://11.0.0.1"),
        ("10.1.2.3", "https://10.1.2.3", "https://10.1.2.4"),
        ("10.1.2.3:8443", "https://10.1.2.3:8443", "https://10.1.2.3"),
        ("10.0.0.0/8:8443", "https://10.1.2.3:8443", "https://10.1.2.3"),
        ("fd00::/8", "https://[fd12::1]", "https://[fe80::1]"),
        ("[fd00::]/8", "https://[fd12::1]:8443", "https://[fe80::1]"),
        ("2001:db8::1", "https://[2001:db8::1] https://[2001:DB8:0:0::1]", "https://[2001:db8::2]"),
        ("[2001:db8::1]:443", "https://[2001:db8::1]", "https://[2001:db8::1]:8443"),
        ("https://cbp.gov/", "https://cbp.gov", "https://cbp.com"),
        ("my_host-1", "https://my_host-1", "https://my_host-2"),
    ],
)
def test_an_entry_of_no_proxy_covers_what_its_writer_meant(entry: str, direct: str, proxied: str) -> None:
    for written in (entry, f" {entry} ", f"other,{entry}", f"other {entry}\nmore", f",,{entry},"):
        network = read_network(PROXY | {"NO_PROXY": written})
        assert network.left_out == ()
        assert [url for url in direct.split() if way(network, url)] == []
        assert [url for url in proxied.split() if not way(network, url)] == []
    assert way(read_network(PROXY | {"NO_PROXY": "x", "no_proxy": entry}), direct.split()[0]) == ""


def test_an_entry_that_cannot_be_read_is_left_out_and_named_without_a_password() -> None:
    entries = [
        "<local>",
        "10.*",
        "169.254/16",
        "10.0.0.0/33",
        "[::1",
        "a:b:c",
        "host:99999",
        "user:hidden@host",
        "[fd00::]/x",
        "ünïcode.de",
        "1.2",
    ]
    network = read_network(PROXY | {"NO_PROXY": ",".join((*entries, "cbp.gov"))})
    assert list(network.left_out) == [entry if "@" not in entry else "…@host" for entry in entries]
    assert way(network, "https://cbp.gov") == ""
    assert way(network, "https://slack.com") == "http://proxy:3128"
    assert network.problems == ()


def test_the_words_for_an_admin_name_the_variables_and_hide_the_login() -> None:
    environ = {"HTTPS_PROXY": "http://u:hidden@proxy:3128", "NO_PROXY": "cbp.gov,10.0.0.0/8", "SSL_CERT_FILE": "/etc/agency.pem"}
    assert list(describe_network(read_network(environ))) == [
        "https goes through http://proxy:3128 (HTTPS_PROXY)",
        "2 exceptions (NO_PROXY)",
        "certificates from SSL_CERT_FILE=/etc/agency.pem",
    ]
    assert list(describe_network(DIRECT)) == ["no proxy"]
    assert list(describe_network(read_network({"HTTP_PROXY": "x:1"}))) == [
        "https goes directly: HTTP_PROXY is for plain http, which the bot uses only on this computer"
    ]
