"""Read content from a git repository over https: the newest commit of one branch, without the git program.

`client` speaks the protocol and returns what the server packed, unread; `pack` reads that in a child process, because it is untrusted.
"""
