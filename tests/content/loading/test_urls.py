import pytest

from content.loading.urls import is_loopback


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0:0:0:0:0:0:0:1", True),  # the same address, written in full
        ("127.999.1.1", False),  # not an address
        ("127.0.0.01", False),  # some systems read this as octal
        ("127.1", False),
        ("0x7f.0.0.1", False),
        ("2130706433", False),
        ("", False),
        ("::", False),
        ("0.0.0.1", False),
        ("10.0.0.1", False),
        ("localhost.", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("[::1]", False),  # callers remove the brackets
    ],
)
def test_a_host_is_loopback_only_if_it_is_localhost_or_a_loopback_address(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
