"""Each format has `read(body, content_type, url) -> Document`, run in a child process. `url` is the address that answered."""
