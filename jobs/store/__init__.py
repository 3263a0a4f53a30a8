"""SQL statements, one module a table; rules live in `jobs`."""
