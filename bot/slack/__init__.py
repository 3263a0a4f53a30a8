"""Slack: the only place that imports Bolt."""
