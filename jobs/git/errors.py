class GitError(Exception):
    """Why nothing was fetched: the end of a sentence, which names no secret."""
