"""Slack, Teams, the browser playground, HTTP, the environment and the command line."""

__version__ = "0.1.0"
"""The version of this release, which pyproject.toml reads here."""
