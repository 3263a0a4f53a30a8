"""Subscriptions: the commands that manage them and the language that those commands speak."""
