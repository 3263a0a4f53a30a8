"""Slack, Teams, the browser playground, HTTP, the environment and the command line."""

__version__ = "0.1.0"
"""Of the release; pyproject.toml reads it here."""
