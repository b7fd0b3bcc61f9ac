"""Alembic revisions of the database, numbered and shipped in the wheel."""
