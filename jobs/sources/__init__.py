"""One module a format, all `read(body, content_type) -> Document`; they run in a child process (child.py), started by parse.py."""
