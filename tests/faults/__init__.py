"""Fault runs: kill, stop and refuse whatever can be, then count what was lost, posted twice or out of order."""
