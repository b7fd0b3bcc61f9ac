"""The peer: a small Flask tool on PyLTI1p3, as its README builds one, that keeps its launches in PostgreSQL.

PyLTI1p3 wants a cache with `get` and `set`; its examples use the memory of one process, which does not work
with two. Here it is a table, with one connection for each thread and every call committed by itself.
"""

import json
import os
import threading
from typing import Any

import psycopg
from flask import Flask, Response, redirect, render_template_string, request
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict

TABLE = "CREATE TABLE IF NOT EXISTS kept (key text PRIMARY KEY, value text, expires_at timestamptz)"
READ = "SELECT value FROM kept WHERE key = %s AND expires_at > now()"
WRITE = """INSERT INTO kept VALUES (%s, %s, now() + %s * interval '1 second')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"""
DAY_SECONDS = 86400
PAGE = "<!doctype html><title>First page</title><h1>Welcome, {{ name }}</h1>"


class PostgresqlCache:
    """A cache in one table."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.local = threading.local()

    def _connection(self) -> psycopg.Connection[Any]:
        if not hasattr(self.local, "connection"):
            self.local.connection = psycopg.connect(self.database_url, autocommit=True)
        connection: psycopg.Connection[Any] = self.local.connection
        return connection

    def get(self, key: str) -> Any:
        """The value, None when it is absent or too old."""
        row = self._connection().execute(READ, (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def set(self, key: str, value: object, seconds: int | None = None) -> None:
        """Keeps the value for some seconds."""
        self._connection().execute(WRITE, (key, json.dumps(value), seconds or DAY_SECONDS))


def create_tool() -> Flask:
    """The tool, told by BENCH_* what platform it knows, where its table is, whether it keeps key sets."""
    tool = Flask(__name__)
    tool.secret_key = os.environ["BENCH_SECRET_KEY"]
    platforms = ToolConfDict(json.loads(os.environ["BENCH_PLATFORMS"]))
    storage_of = _storages(os.environ["BENCH_DATABASE_URL"])
    keeps_key_sets = os.environ["BENCH_KEEP_KEY_SETS"] == "yes"
    address = os.environ["BENCH_ADDRESS"]

    @tool.post("/login")
    def login() -> Response:
        begun = FlaskOIDCLogin(FlaskRequest(), platforms, launch_data_storage=storage_of())
        answer: Response = begun.redirect(f"{address}/launch")
        return answer

    @tool.post("/launch")
    def launch() -> Response:
        storage = storage_of()
        message = FlaskMessageLaunch(FlaskRequest(), platforms, launch_data_storage=storage)
        if keeps_key_sets:
            message.set_public_key_caching(storage)
        message.get_launch_data()  # validates, and keeps the launch under its id
        answer = redirect(f"{address}/first-page?launch={message.get_launch_id()}", 303)
        assert isinstance(answer, Response)
        return answer

    @tool.get("/first-page")
    def first_page() -> str:
        """The launch read back by its id, as PyLTI1p3's README does it, and who came."""
        storage = storage_of()
        kept = FlaskMessageLaunch.from_cache(
            request.args["launch"], FlaskRequest(), platforms, launch_data_storage=storage
        )
        return render_template_string(PAGE, name=kept.get_launch_data()["name"])

    @tool.get("/up")
    def up() -> str:
        return "yes"

    return tool


def _storages(database_url: str) -> Any:
    with psycopg.connect(database_url) as connection:
        # Two workers start at once, and CREATE TABLE IF NOT EXISTS alone would let them collide.
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute(TABLE)
    cache = PostgresqlCache(database_url)
    return lambda: FlaskCacheDataStorage(cache)
