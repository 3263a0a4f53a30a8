"""The HTTP server's own limits, beneath the application."""
