"""One document over HTTP: what comes back, what is refused, and how failures are told apart."""

import asyncio
import gzip
import socket
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import respx

from content.catalog import Source
from jobs.certificates import ssl_context
from jobs.feed_reader import FeedRead, SourceRead
from jobs.fetch import Failed, Fetched, Limits, Unchanged, Validators, fetch, format_address, refusal, user_agent
from jobs.proxies import DIRECT
from jobs.sources.state import SourceState
from tests.support.feed_server import FeedServer, bulletins, serving
from tests.support.shipped_catalog import shipped_catalog

URL = "https://content.govdelivery.com/accounts/USDHSCBP/widgets/USDHSCBP_WIDGET_2.rss"
NEVER_READ = Validators()
HOSTS = Limits(hosts=("public.govdelivery.com",))


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=ssl_context(DIRECT)) as client:
        yield client


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving(bulletins(5)) as running:
        yield running


async def of(http: httpx.AsyncClient, url: str, known: Validators = NEVER_READ, limits: Limits = HOSTS) -> Fetched | Unchanged | Failed:
    return await fetch(http, url, known=known, limits=limits)


async def why(http: httpx.AsyncClient, url: str, limits: Limits = HOSTS) -> str:
    outcome = await of(http, url, limits=limits)
    assert isinstance(outcome, Failed)
    return outcome.why


async def test_a_document_comes_unpacked_with_its_validators(http: httpx.AsyncClient, server: FeedServer) -> None:
    outcome = await of(http, server.url("/csms.rss"))
    assert isinstance(outcome, Fetched)
    assert outcome.body.startswith(b"<?xml")
    assert outcome.validators.etag.startswith('W/"')
    (headers,) = server.asked("/csms.rss")
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["User-Agent"] == user_agent()
    assert "If-None-Match" not in headers


def test_the_user_agent_names_product_and_version() -> None:
    product, _, version = user_agent().split(" ")[0].partition("/")
    assert product == "cbp-trade-bot"
    assert version[0].isdigit()


async def test_an_unchanged_document_is_not_sent_again(http: httpx.AsyncClient, server: FeedServer) -> None:
    first = await of(http, server.url("/csms.rss"))
    assert isinstance(first, Fetched)
    assert await of(http, server.url("/csms.rss"), first.validators) == Unchanged("")


@respx.mock
async def test_validators_go_only_to_the_address_that_gave_them(http: httpx.AsyncClient) -> None:
    route = respx.get(URL).respond(200, content=b"x", headers={"Last-Modified": "Mon, 09 Feb 2026 14:00:00 GMT", "ETag": '"a"'})
    first = await of(http, URL)
    assert isinstance(first, Fetched)
    await of(http, URL, first.validators)
    sent = route.calls.last.request.headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"a"', "Mon, 09 Feb 2026 14:00:00 GMT")
    await of(http, URL, Validators("https://elsewhere.gov/", '"a"'))
    assert "If-None-Match" not in route.calls.last.request.headers


@respx.mock
async def test_a_304_that_was_not_asked_for_is_no_answer(http: httpx.AsyncClient) -> None:
    respx.get(URL).respond(304)
    assert "unconditional request" in await why(http, URL)


@respx.mock
async def test_validators_that_can_not_be_sent_again_are_not_kept(http: httpx.AsyncClient) -> None:
    respx.get(URL).mock(
        return_value=httpx.Response(200, content=b"x", headers=[(b"ETag", '"ü"'.encode()), (b"Last-Modified", b"x" * 2_000)])
    )
    outcome = await of(http, URL)
    assert isinstance(outcome, Fetched)
    assert outcome.validators == Validators(URL)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("400", "rejected the request (400)"),
        ("403", "access denied (403)"),
        ("404", "nothing found at this address (404)"),
        ("410", "permanently gone (410)"),
        ("429", "slow down (429)"),
        ("500", "an internal error (500)"),
        ("503", "temporarily unavailable (503)"),
        ("418", "status 418"),
        ("204", "status 204"),
        ("nothing", "empty answer"),
        ("reset", "lost before an answer arrived"),
        ("short", "incomplete: the connection closed after 500 bytes"),
        ("short-gzip", "incomplete: the gzip data ends"),
        ("not-gzip", "broken gzip data"),
        ("gzip-and-more", "broken gzip data (extra data after its end)"),
        ("gzip-bomb", "larger than 5,000,000 bytes"),
        ("gzip-twice", "compressed in an unsupported way (gzip, gzip)"),
        ("deflate", "compressed in an unsupported way (deflate)"),
        ("huge", "larger than 5,000,000 bytes"),
        ("loop", "redirects form a loop"),
        ("inside", "169.254.169.254"),
    ],
)
async def test_failures_are_told_apart_in_plain_words(http: httpx.AsyncClient, server: FeedServer, fault: str, words: str) -> None:
    server.fault["/csms.rss"] = fault
    assert words in await why(http, server.url("/csms.rss"))


async def test_one_deadline_ends_what_trickles_for_ever(http: httpx.AsyncClient, server: FeedServer) -> None:
    server.fault["/csms.rss"] = "trickle"
    async with asyncio.timeout(60):  # all of it would take many minutes
        assert await why(http, server.url("/csms.rss"), Limits(deadline=0.4)) == "no complete answer within 0.4 seconds (timeout)"


async def test_a_host_that_does_not_answer_is_no_connection(http: httpx.AsyncClient) -> None:
    with serving([]) as gone:
        url = gone.url("/csms.rss")
    assert (await why(http, url)).startswith("no connection (")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "host name cannot be resolved"),
        (ssl.SSLCertVerificationError(1, "expired"), "no secure connection"),
    ],
)
async def test_failed_connection_is_explained_by_its_cause(cause: Exception, words: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("odd") from cause

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as http:
        assert words in await why(http, URL)


@respx.mock
@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (httpx.ReadTimeout("slow"), "(timeout)"),
        (httpx.UnsupportedProtocol("odd"), "the request failed"),
    ],
)
async def test_what_httpx_raises_is_an_answer_too(http: httpx.AsyncClient, raised: Exception, words: str) -> None:
    respx.get(URL).mock(side_effect=raised)
    assert words in await why(http, URL)


@respx.mock
async def test_exactly_as_much_as_is_allowed_is_taken(http: httpx.AsyncClient) -> None:
    packed = gzip.compress(b"x" * 1_000)
    respx.get(URL).mock(side_effect=lambda _: httpx.Response(200, stream=httpx.ByteStream(packed), headers={"Content-Encoding": "gzip"}))
    assert isinstance(await of(http, URL, limits=Limits(body=1_000)), Fetched)
    assert isinstance(await of(http, URL, limits=Limits(body=999)), Failed)
    assert isinstance(await of(http, URL, limits=Limits(wire=len(packed) - 1)), Failed)


async def test_a_bomb_is_not_even_unpacked() -> None:
    bomb = gzip.compress(bytes(60_000_000))
    answer = httpx.Response(200, stream=httpx.ByteStream(bomb), headers={"Content-Encoding": "gzip"})
    async with httpx.AsyncClient(transport=Canned(answer)) as http:  # respx would unpack it on the way
        tracemalloc.start()
        try:
            assert "larger than 5,000,000 bytes" in await why(http, URL)
            assert tracemalloc.get_traced_memory()[1] < 30_000_000
        finally:
            tracemalloc.stop()


class Canned(httpx.AsyncBaseTransport):
    """One answer, as it would come over the line."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer

    async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
        return self.answer


def canned(body: bytes, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(body), headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "coding", ["", "none", "None", "identity", "UTF-8", "utf8", "ISO-8859-1", "8bit", "binary", ",", "identity, none", '"none"']
)
async def test_content_encoding_that_names_no_compression_is_ignored(coding: str) -> None:
    async with httpx.AsyncClient(transport=Canned(canned(b"<rss/>", Content_Encoding=coding))) as http:
        outcome = await of(http, URL)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", " Gzip ", "gzip, identity", "none,gzip", "UTF-8, gzip", ""])
async def test_gzip_is_unpacked_however_it_is_declared(coding: str) -> None:
    async with httpx.AsyncClient(transport=Canned(canned(gzip.compress(b"<rss/>"), Content_Encoding=coding))) as http:
        outcome = await of(http, URL)
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "compress", "gzip, gzip", "gzip, br"])
async def test_other_compression_is_refused(coding: str) -> None:
    async with httpx.AsyncClient(transport=Canned(canned(b"x", Content_Encoding=coding))) as http:
        assert "compressed in an unsupported way" in await why(http, URL)


class Chunks(httpx.AsyncByteStream):
    def __init__(self, body: bytes, size: int) -> None:
        self.body, self.size = body, size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.body), self.size):
            yield self.body[start : start + self.size]


def packed(data: bytes) -> bytes:
    """Compress without the time, so that every worker has the same parameters."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (packed(b"<rss>") + packed(b"") + packed(b"</rss>"), b"<rss></rss>"),
        (packed(b"<rss></rss>") + bytes(512), b"<rss></rss>"),
        (packed(b"<rss></rss>") + b"\x1f", "incomplete"),
        (packed(b"<rss>") + packed(b"</rss>")[:-4], "incomplete"),
        (packed(b"<rss></rss>") + b"\x1fx", "broken gzip data"),
        (packed(b"x") * 2_000, "extra data"),
        (packed(bytes(3_000_000)) * 2, "larger than 5,000,000 bytes"),
    ],
    ids=["three", "padded", "cut magic", "cut member", "not gzip", "too many", "too large"],
)
async def test_gzip_of_several_members_is_read_to_its_end(body: bytes, outcome: bytes | str, size: int) -> None:
    answer = httpx.Response(200, stream=Chunks(body, size), headers={"Content-Encoding": "gzip"})
    async with httpx.AsyncClient(transport=Canned(answer)) as http:
        if isinstance(outcome, str):
            assert outcome in await why(http, URL)
        else:
            fetched = await of(http, URL)
            assert isinstance(fetched, Fetched)
            assert fetched.body == outcome


async def test_document_that_a_proxy_changed_is_read() -> None:
    async with httpx.AsyncClient(transport=Canned(canned(b"<rss/>", 203))) as http:
        assert isinstance(await of(http, URL), Fetched)


class Gate(httpx.AsyncBaseTransport):
    """Sends every client that has no good cookie to the same address again, with a cookie."""

    def __init__(self, status: int = 302, gate: str = "", good: str = "seen=1") -> None:
        self.status, self.gate, self.good = status, gate, good
        self.cookies: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        cookie = request.headers.get("cookie", "")
        self.cookies.append(cookie)
        if cookie and cookie == self.good:
            return canned(b"<rss/>", ETag='"a"')
        headers = {"Location": str(request.url)}
        if self.gate and request.url.path != self.gate:
            headers["Location"] = self.gate
        else:
            headers |= {"Location": URL, "Set-Cookie": f"seen={len(self.cookies) if not self.good else 1}; Path=/"}
        return httpx.Response(self.status, headers=headers)


@pytest.mark.parametrize("gate", [Gate(), Gate(301), Gate(307, "/gate"), Gate(308, "/gate")])
async def test_redirect_that_only_sets_a_cookie_is_followed_once_with_it(gate: Gate) -> None:
    async with httpx.AsyncClient(transport=gate) as http:
        for _ in range(2):  # the cookie does not outlive the poll
            gate.cookies.clear()
            outcome = await of(http, URL)
            assert isinstance(outcome, Fetched)
            assert outcome.moved_to in ("", "https://content.govdelivery.com/gate")
            assert (gate.cookies[0], gate.cookies[-1]) == ("", "seen=1")
            assert not http.cookies


async def test_redirect_with_a_new_cookie_each_time_is_a_loop() -> None:
    gate = Gate(good="")
    async with httpx.AsyncClient(transport=gate) as http:
        assert "redirects form a loop" in await why(http, URL)
    assert gate.cookies == ["", "seen=1"]


async def test_cookie_goes_to_no_other_host() -> None:
    elsewhere = "https://public.govdelivery.com/a"
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("cookie", ""))
        if str(request.url) == URL:
            return httpx.Response(
                302, headers=[("Location", elsewhere), ("Set-Cookie", "a=1; Domain=govdelivery.com"), ("Set-Cookie", "b=1")]
            )
        return canned(b"<rss/>")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        assert isinstance(await of(http, URL), Fetched)
    assert sent == ["", ""]


@respx.mock
async def test_permanent_redirects_are_followed_and_reported(http: httpx.AsyncClient) -> None:
    target = "https://public.govdelivery.com/accounts/USDHSCBP/feed.rss"
    respx.get(URL).respond(301, headers={"Location": "//content.govdelivery.com/b"})
    respx.get("https://content.govdelivery.com/b").respond(308, headers={"Location": target + "#top"})
    respx.get(target).respond(200, content=b"x")
    outcome = await of(http, URL)
    assert isinstance(outcome, Fetched)
    assert (outcome.moved_to, outcome.validators.url) == (target, target)


@respx.mock
async def test_after_a_temporary_redirect_nothing_is_permanent(http: httpx.AsyncClient) -> None:
    respx.get(URL).respond(302, headers={"Location": "/b"})
    respx.get("https://content.govdelivery.com/b").respond(301, headers={"Location": "/c"})
    respx.get("https://content.govdelivery.com/c").respond(200, content=b"x")
    outcome = await of(http, URL)
    assert isinstance(outcome, Fetched)
    assert outcome.moved_to == ""


@respx.mock
@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://content.govdelivery.com/b", "from https to plain http"),
        ("https://evil.example/", "not among the feed's `hosts`"),
        ("https://169.254.169.254/", "internal address"),
        ("https://content.govdelivery.com:22/", "port 22"),
        ("https://user@content.govdelivery.com/", "user name"),
        ("file:///etc/passwd", "reads only https"),
        ("", "without a location"),
    ],
)
async def test_a_redirect_to_where_we_may_not_go_is_not_followed(http: httpx.AsyncClient, location: str, words: str) -> None:
    respx.get(URL).respond(302, headers={"Location": location})
    assert words in await why(http, URL)
    assert respx.calls.call_count == 1


@respx.mock
async def test_more_than_five_redirects_are_too_many(http: httpx.AsyncClient) -> None:
    respx.get(host="content.govdelivery.com").mock(
        side_effect=lambda request: httpx.Response(302, headers={"Location": f"{request.url.path}x"})
    )
    assert await why(http, URL) == "more than 5 redirects"
    assert respx.calls.call_count == 6


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("https://a.gov/x", "https://a.gov/y", True),
        ("https://a.gov/x", "https://A.GOV:443/y", True),
        ("https://a.gov:8443/x", "https://a.gov:8443/y", True),
        ("https://a.gov/x", "https://b.gov/y", True),
        ("https://a.gov/x", "https://c.gov/y", False),
        ("https://a.gov/x", "https://sub.a.gov/y", False),
        ("http://a.gov/x", "http://a.gov/x", False),
        ("https://a.gov/x", "http://127.0.0.1/y", False),
        ("https://a.gov/x", "https://localhost/y", False),
        ("https://a.gov/x", "https://intern/y", False),
        ("https://a.gov/x", "https://[::1]/y", False),
        ("https://a.gov/x", "https://0x7f.1/y", False),
        ("https://a.gov/x", "https://10.0.0.1/y", False),
        ("https://a.gov/x", "https://[64:ff9b::a00:1]/y", False),
        ("https://a.gov/x", "https://127。0。0。1/y", False),
        ("https://10.0.0.1/x", "https://10.0.0.1/x", False),
        ("http://127.0.0.1:8900/x", "http://127.0.0.1:8900/y", True),
        ("http://localhost:8900/x", "http://localhost:8900/y", True),
        ("http://127.0.0.1:8900/x", "http://127.0.0.1:5432/y", False),
        ("http://127.0.0.1:8900/x", "http://localhost:8900/y", False),
        ("http://127.0.0.1:8900/x", "https://127.0.0.1:8900/y", False),
        ("http://127.0.0.1:8900/x", "https://b.gov/y", True),
        ("http://192.168.0.1/x", "http://192.168.0.1/x", False),
        ("ftp://127.0.0.1/x", "ftp://127.0.0.1/x", False),
    ],
)
def test_where_a_source_may_lead(source: str, target: str, allowed: bool) -> None:
    hosts = ("b.gov", "127.0.0.1", "localhost", "intern", "[::1]", "0x7f.1", "10.0.0.1", "[64:ff9b::a00:1]", "64:ff9b::a00:1")
    assert (refusal(httpx.URL(target), httpx.URL(source), hosts) is None) == allowed


@pytest.mark.parametrize("url", ["http://www.cbp.gov/rss/trade", "file:///etc/passwd", "https://", "https://[broken", "/relative", ""])
async def test_an_address_that_may_not_be_read_is_not_asked(http: httpx.AsyncClient, url: str) -> None:
    assert isinstance(await of(http, url), Failed)


async def test_a_cancelled_fetch_lets_its_connection_go(http: httpx.AsyncClient, server: FeedServer) -> None:
    server.fault["/csms.rss"] = "trickle"
    task = asyncio.create_task(of(http, server.url("/csms.rss")))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    server.fault.clear()
    assert isinstance(await of(http, server.url("/csms.rss")), Fetched)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("https://www.cbp.gov/rss/trade", "https://www.cbp.gov/rss/trade"),
        ("https://a.example/v1/documents.json?fields%5B%5D=title&order=newest", "https://a.example/v1/documents.json…"),
        ("http://127.0.0.1:8080/csms.rss", "http://127.0.0.1:8080/csms.rss"),
        (f"https://a.example/{'x' * 500}", f"https://a.example/{'x' * 79}…"),
        (f"https://{'x' * 500}.example/feed", f"https://{'x' * 80}…/feed"),
        (f"https://a:{'x' * 500}", f"https://a:{'x' * 70}…"),
        (f"/only/a/path/{'x' * 500}", f"/only/a/path/{'x' * 67}…"),
        ("https://who:secret@a.example/feed", "https://a.example/feed"),
    ],
)
def test_address_is_shown_without_query_and_shortened(address: str, text: str) -> None:
    assert format_address(address) == text


def test_failure_names_its_source_without_the_query() -> None:
    source = Source("federal-register", "https://a.example/v1/documents.json?fields%5B%5D=title&order=newest")
    read = FeedRead((SourceRead(source, SourceState(), "there is nothing at this address (404)"),))
    assert read.problem == "https://a.example/v1/documents.json…: there is nothing at this address (404)"


def test_shipped_sources_are_short_and_distinct() -> None:
    for feed in shipped_catalog().feeds:
        shown = [format_address(source.url) for source in feed.sources]
        assert max(map(len, shown)) < 110
        assert len(set(shown)) == len(shown)
