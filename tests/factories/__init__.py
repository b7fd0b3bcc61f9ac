"""Rows for tests, built straight from the tables; each function adds to the session and flushes."""
