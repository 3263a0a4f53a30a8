"""Feed formats, one module each with `read(body, content_type) -> Document`. They run in a child process (process.py, child.py)."""
