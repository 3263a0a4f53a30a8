"""Stored messages: what a question asks of them, how they are found, and what is said about them."""
