"""Connections to PostgreSQL that run prepared statements and nothing else, each for one thread at a time.

A statement is prepared once on a connection; from then on one call of libpq sends the values and waits for
the rows, without Python's lock. With the driver's cursors and the toolkit's pool it takes twice as long
(docs/decisions/0012-short-way-in.md). Values and rows are translated by the driver, as ever.
"""

import time
from collections import deque
from collections.abc import Sequence
from typing import Any, cast

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Engine

LONGEST_TRUSTED_PAUSE = 5.0  # seconds that an idle connection is taken to be still there
MOST_IDLE = 32
_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
Row = tuple[Any, ...]


class _Connection:
    """One connection, the statements that it knows, and when it was last of use."""

    def __init__(self, engine: Engine) -> None:
        opened = engine.raw_connection()
        self.driver = cast("psycopg.Connection[Any]", opened.driver_connection)
        opened.detach()  # from now on ours, and no pool's
        self._libpq = self.driver.pgconn
        self._translator = Transformer.from_context(self.driver)
        self._names: dict[str, bytes] = {}
        self.used_at = time.monotonic()

    def run(self, statement: str, values: Sequence[Any]) -> list[Row]:
        """The rows; raises the driver's error."""
        name = self._names.get(statement) or self._prepare(statement)
        translate = self._translator
        # As text, whose meaning depends on the type that the server expects, not on one that we guess.
        given: Any = translate.dump_sequence(values, [PyFormat.TEXT] * len(values))
        result = self._checked(self._libpq.exec_prepared(name, given))
        translate.set_pgresult(result, set_loaders=True)
        return translate.load_rows(0, result.ntuples, tuple)

    def _prepare(self, statement: str) -> bytes:
        name = f"kept_{len(self._names)}".encode()
        self._checked(self._libpq.prepare(name, statement.encode()))
        self._names[statement] = name
        return name

    def _checked(self, result: PGresult) -> PGresult:
        if result.status not in _DONE:
            raise error_from_result(result)
        return result

    def is_there(self) -> bool:
        """Whether it still works: asked of the server after a pause only, as that costs a round trip."""
        if time.monotonic() - self.used_at < LONGEST_TRUSTED_PAUSE:
            return True
        return self._libpq.exec_(b"SELECT 1").status in _DONE


class QuickConnections:
    """As many as there are threads that ask at the same time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine  # opens them; the last that came back is the next to go
        self._idle: deque[_Connection] = deque()

    def run(self, statement: str, values: Sequence[Any]) -> list[Row]:
        """Runs it with the values for $1, $2 … in a transaction of its own; raises the driver's error."""
        connection = self._take()
        try:
            rows = connection.run(statement, values)
        except psycopg.IntegrityError:
            self._give_back(connection)
            raise
        except BaseException as error:  # whatever state it is in, nobody else gets it
            connection.driver.close()
            if isinstance(error, psycopg.OperationalError):
                self.close()  # the server was stopped: the others are gone with it
            raise
        self._give_back(connection)
        return rows

    def _take(self) -> _Connection:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took the last
                break
            if connection.is_there():
                return connection
            connection.driver.close()
        return _Connection(self._engine)

    def _give_back(self, connection: _Connection) -> None:
        connection.used_at = time.monotonic()
        self._idle.append(connection)
        if len(self._idle) > MOST_IDLE:
            self._idle.popleft().driver.close()

    def close(self) -> None:
        """Closes those that nobody uses just now."""
        while self._idle:
            self._idle.pop().driver.close()
