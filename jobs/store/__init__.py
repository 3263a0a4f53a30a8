"""SQL statements, one module a table, on an open connection. Rules live in `jobs`."""
