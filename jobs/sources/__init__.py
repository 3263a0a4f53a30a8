"""Each format has `read(body, content_type) -> Document`, run in a child process."""
