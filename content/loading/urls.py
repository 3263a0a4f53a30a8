"""Decide whether a host is this machine. Standard library only, so that every layer can use it."""


def is_loopback(host: str) -> bool:
    """Return True if a host name or IP address, in lower case and without brackets, means this machine itself."""
    if host == "localhost":
        return True
    from ipaddress import ip_address  # takes a few milliseconds to load; most commands never ask

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
