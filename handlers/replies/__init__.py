"""Replies: what is said, and how it looks, independent of any platform."""
