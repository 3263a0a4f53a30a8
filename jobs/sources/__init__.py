"""Feed formats, one module each with `read(body, content_type) -> Document`, run in a child process."""
