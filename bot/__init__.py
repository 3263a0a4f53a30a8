"""Slack, Teams, the browser playground, HTTP, the environment and the command line."""
