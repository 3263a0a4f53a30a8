"""The subcommands for people who edit the content."""
