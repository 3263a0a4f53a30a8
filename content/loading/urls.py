"""Recognize hosts that are not on the public internet. Needs only the standard library."""

from __future__ import annotations

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_INTERNAL_NAMES = tuple(
    f".{name}" for name in ("localhost", "local", "internal", "localdomain", "intranet", "private", "corp", "home", "lan", "home.arpa")
)
"""Domains that only private networks use: RFC 6761, 6762 (appendix G), 8375, and ICANN's "internal"."""

_EMBEDDED_IPV4 = ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")
"""IPv6 prefixes before an IPv4 address: NAT64, and IPv4-compatible addresses. `ipaddress` calls some of these addresses global."""


def is_loopback(host: str) -> bool:
    """Return True if a host (lower case, no brackets) is this machine."""
    if host == "localhost":
        return True
    from ipaddress import ip_address  # takes a few milliseconds to load; most commands never ask

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_internal(host: str) -> bool:
    """Return True if a host (lower case, no brackets) cannot be on the public internet. Names are not resolved."""
    from ipaddress import ip_address

    try:
        return not _is_public(ip_address(host))
    except ValueError:
        # a name without a dot is not public, and a last label without a letter makes a number, such as 0x7f.1
        last = host.rpartition(".")[2]
        return "." not in host or host.endswith((*_INTERNAL_NAMES, ".")) or last.startswith("0x") or not any(map(str.isalpha, last))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    from ipaddress import IPv4Address, IPv6Address, ip_network

    if isinstance(address, IPv6Address):
        if any(address in ip_network(prefix) for prefix in _EMBEDDED_IPV4):
            return _is_public(IPv4Address(address.packed[-4:]))
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is not None:
            return _is_public(embedded)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast
