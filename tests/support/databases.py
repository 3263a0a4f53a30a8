"""Which databases a test runs on."""

import pytest

on_both = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)
"""Marks a test that is about the database in a file whose tests are not."""
