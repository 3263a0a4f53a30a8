"""The forms that every platform draws in its own way."""
