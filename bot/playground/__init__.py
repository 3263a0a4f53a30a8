"""The browser platform on this computer: one page, its API and its sender."""
