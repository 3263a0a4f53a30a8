"""Slack views: modals, forms and the Home tab."""
