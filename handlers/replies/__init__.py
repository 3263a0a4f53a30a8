"""Platform-neutral replies: their parts, their wording and their formats."""
