"""Say which version of the bot this is."""

import platform

from bot import __version__
from jobs.migrations import HEAD


def version_line() -> str:
    """Return a line with the versions of the bot, of its database's schema and of Python."""
    return f"tradebot {__version__} (database schema {HEAD}, Python {platform.python_version()})"
