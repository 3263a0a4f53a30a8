"""The commands of /trade-admin that are about the content, the feeds and the bot itself."""
