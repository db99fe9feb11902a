"""One line of schema history, for SQLite and PostgreSQL."""
