"""The log, the metrics and the version, which operators look at."""
