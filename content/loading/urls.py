"""Recognize this machine's own hosts. Needs only the standard library."""


def is_loopback(host: str) -> bool:
    """Return True if a host (lower case, no brackets) is this machine."""
    if host == "localhost":
        return True
    from ipaddress import ip_address  # takes a few milliseconds to load; most commands never ask

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
