"""Read tables and code blocks of a Markdown file, for tests that keep the documentation true."""

import re


def table(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table whose first column has this heading."""
    start = re.search(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\n", text, re.MULTILINE)
    assert start, f"no table with the heading {heading!r}"
    rows: list[list[str]] = []
    for line in text[start.end() :].splitlines():
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for found, block in fenced if found == language]
