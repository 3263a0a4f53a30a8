"""Answer questions in plain words."""
