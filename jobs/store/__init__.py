"""SQL statements, one module a table. Functions take an open connection; `database.Database` opens them. Rules live in `jobs`."""
