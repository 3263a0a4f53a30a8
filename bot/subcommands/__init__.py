"""Subcommands of the command line that write for people, not for the bot."""
