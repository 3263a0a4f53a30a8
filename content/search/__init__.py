"""Searching: from what a person typed to the subjects that they mean."""
