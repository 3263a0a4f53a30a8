"""The values inside the program. Every datetime is aware and in UTC."""
