"""The only place that writes SQL. Functions take an open connection first; `database.Database` opens them."""
