"""What operators look at: the log, the metrics and the version."""
