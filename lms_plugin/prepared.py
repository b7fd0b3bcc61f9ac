"""Statements for the pages that everybody opens at nine: compiled once, run by the driver itself.

The toolkit that writes our SQL takes three to five times as long over one statement as the database's own
driver does (docs/decisions/0012-short-way-in.md). So the few statements of a launch and of its first page are
written with the toolkit, once, and then run without it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from sqlalchemy import CompoundSelect, Delete, Dialect, Engine, Insert, Select, TextualSelect, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.types import TypeEngine

from lms_plugin.storage import quick

Row = tuple[Any, ...]
Values = Mapping[str, Any]
Statement = Select[Any] | CompoundSelect[Any] | TextualSelect | Insert | Update | Delete
_Process = Callable[[Any], Any]
NUMBERED = "numeric_dollar"  # how PostgreSQL itself calls a statement's values: $1, $2


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for one database, and what its driver cannot translate by itself."""

    text: str
    order: Sequence[str]  # the values' names, where the text has numbers for them
    constants: Values
    binders: Mapping[str, _Process]
    readers: tuple[tuple[int, _Process], ...]
    returns_rows: bool

    def given(self, values: Values) -> dict[str, Any]:
        """The values as the driver takes them, by name."""
        given = {**self.constants, **values}
        for name, process in self.binders.items():
            given[name] = process(given[name])
        return given

    def read(self, rows: list[Row]) -> list[Row]:
        """The driver's rows with the values that our code expects."""
        return [self._read(row) for row in rows] if self.readers else rows

    def _read(self, row: Row) -> Row:
        values = list(row)
        for place, process in self.readers:
            values[place] = process(values[place])
        return tuple(values)


class Prepared:
    """One statement with named parameters; each run is a transaction of its own, on a connection of its own.

    So it neither sees what a session has not committed nor is undone with it; run `inside` it does both. A
    driver's error is raised as the toolkit would (`IntegrityError` and its kin), without the values.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def first(self, database: Session | Engine, values: Values) -> Row | None:
        """Runs it; the first row, None when there is none."""
        rows = self.rows(database, values)
        return rows[0] if rows else None

    def rows(self, database: Session | Engine, values: Values) -> list[Row]:
        """Runs it; every row it returns."""
        engine = database if isinstance(database, Engine) else cast("Engine", database.get_bind())
        connections = quick(engine)
        if connections is None:
            return self._on_sqlite(engine, values)
        compiled = self._compiled.get(NUMBERED) or self._compile(NUMBERED, _numbered())
        given = compiled.given(values)
        try:
            found = connections.run(compiled.text, [given[name] for name in compiled.order])
        except psycopg.Error as error:
            gone = isinstance(error, psycopg.OperationalError)
            raise _as_toolkit(compiled.text, error, psycopg.Error, gone=gone) from error
        return compiled.read(found)

    def _on_sqlite(self, engine: Engine, values: Values) -> list[Row]:
        compiled = self._of(engine.dialect)
        connection = engine.raw_connection()
        try:
            # No driver begins anything by itself here (`storage.tune`): what is written is committed.
            return _run(engine, connection, compiled, values)
        finally:
            connection.close()

    def inside(self, database: Session, values: Values) -> list[Row]:
        """Runs it as part of the transaction that the session is in; every row it returns."""
        database.flush()
        connection = database.connection()
        compiled = self._of(connection.dialect)
        return _run(connection.engine, connection.connection, compiled, values, of=connection)

    def _of(self, dialect: Dialect) -> _Compiled:
        return self._compiled.get(dialect.name) or self._compile(dialect.name, dialect)

    def _compile(self, kept_as: str, dialect: Dialect) -> _Compiled:
        compiled = self._compiled[kept_as] = _compile(self._statement, dialect)
        return compiled


def _numbered() -> Dialect:
    made: Any = psycopg_dialect.dialect
    return cast("Dialect", made(paramstyle=NUMBERED))


def _compile(statement: Statement, dialect: Dialect) -> _Compiled:
    # SQLite's driver would otherwise want values by place.
    spoken = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    compiled: Any = statement.compile(dialect=spoken)
    binders = {name: _binder(bind.type, spoken) for name, bind in compiled.binds.items()}
    columns = list(statement.exported_columns)
    readers = ((place, _reader(column.type, spoken)) for place, column in enumerate(columns))
    return _Compiled(
        text=str(compiled),
        order=tuple(compiled.positiontup or ()),
        constants={name: value for name, value in compiled.params.items() if value is not None},
        binders={name: process for name, process in binders.items() if process is not None},
        readers=tuple((place, process) for place, process in readers if process is not None),
        returns_rows=bool(columns),
    )


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _run(
    engine: Engine,
    connection: PoolProxiedConnection,
    compiled: _Compiled,
    values: Values,
    of: Connection | None = None,
) -> list[Row]:
    """On the toolkit's connection; `of` is the session's that has it, which must know when it breaks."""
    try:
        cursor = _cursor(connection)
        cursor.execute(compiled.text, compiled.given(values))
        found = cursor.fetchall() if compiled.returns_rows else []
    except _errors(engine) as error:
        gone = engine.dialect.is_disconnect(cast("Any", error), cast("Any", connection), None)
        if gone:
            (of or connection).invalidate(error)
        raise _as_toolkit(compiled.text, error, _errors(engine), gone=gone) from error
    return compiled.read(found)


def _cursor(connection: PoolProxiedConnection) -> Any:
    """The one cursor of this connection: making another for each statement would cost half of running it."""
    found = connection.info.get("cursor")
    if found is None:
        found = connection.info["cursor"] = cast("Any", connection.driver_connection).cursor()
    return found


def _errors(engine: Engine) -> type[Exception]:
    driver: Any = engine.dialect.loaded_dbapi
    return cast("type[Exception]", driver.Error)


def _as_toolkit(text: str, error: Exception, errors: type[Exception], *, gone: bool) -> BaseException:
    return DBAPIError.instance(text, None, error, errors, hide_parameters=True, connection_invalidated=gone)
