"""Statements for the pages that everybody opens at nine: compiled once, run by the driver itself.

The toolkit that writes our SQL takes three to five times as long over one statement as the database's own
driver does (docs/decisions/0012-short-way-in.md). So the few statements of a launch and of its first page are
written with the toolkit, once, and then run without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CompoundSelect, Delete, Dialect, Engine, Insert, Select, TextualSelect, Update
from sqlalchemy.dialects import sqlite
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


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for one database, and what its driver cannot translate by itself."""

    text: str
    constants: Values
    binders: Mapping[str, _Process]
    readers: tuple[tuple[int, _Process], ...]
    returns_rows: bool


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
        engine = quick(database if isinstance(database, Engine) else cast("Engine", database.get_bind()))
        compiled = self._compiled.get(engine.dialect.name) or self._compile(engine.dialect)
        connection = engine.raw_connection()
        try:
            # No driver begins anything by itself here (`storage.quick`): one round trip, commit included.
            return _run(engine, connection, compiled, values)
        finally:
            connection.close()

    def inside(self, database: Session, values: Values) -> list[Row]:
        """Runs it as part of the transaction that the session is in; every row it returns."""
        database.flush()
        connection = database.connection()
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        return _run(connection.engine, connection.connection, compiled, values, of=connection)

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return compiled


def _compile(statement: Statement, dialect: Dialect) -> _Compiled:
    # SQLite's driver would otherwise want values by place.
    spoken = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    compiled: Any = statement.compile(dialect=spoken)
    binders = {name: _binder(bind.type, spoken) for name, bind in compiled.binds.items()}
    columns = list(statement.exported_columns)
    readers = ((place, _reader(column.type, spoken)) for place, column in enumerate(columns))
    return _Compiled(
        text=str(compiled),
        constants={name: value for name, value in compiled.params.items() if value is not None},
        binders={name: process for name, process in binders.items() if process is not None},
        readers=tuple((place, process) for place, process in readers if process is not None),
        returns_rows=bool(columns),
    )


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _read(row: Row, readers: tuple[tuple[int, _Process], ...]) -> Row:
    values = list(row)
    for place, process in readers:
        values[place] = process(values[place])
    return tuple(values)


def _run(
    engine: Engine,
    connection: PoolProxiedConnection,
    compiled: _Compiled,
    values: Values,
    of: Connection | None = None,
) -> list[Row]:
    """On the driver's connection; `of` is the toolkit's that has it, which must know when it breaks."""
    given = {**compiled.constants, **values}
    for name, process in compiled.binders.items():
        given[name] = process(given[name])
    try:
        cursor = _cursor(connection)
        cursor.execute(compiled.text, given)
        found = cursor.fetchall() if compiled.returns_rows else []
    except _errors(engine) as error:
        raise _as_toolkit(engine, connection, compiled.text, error, of or connection) from error
    return [_read(row, compiled.readers) for row in found] if compiled.readers else found


def _cursor(connection: PoolProxiedConnection) -> Any:
    """The one cursor of this connection: making another for each statement would cost half of running it."""
    found = connection.info.get("cursor")
    if found is None:
        found = connection.info["cursor"] = cast("Any", connection.driver_connection).cursor()
    return found


def _errors(engine: Engine) -> type[Exception]:
    driver: Any = engine.dialect.loaded_dbapi
    return cast("type[Exception]", driver.Error)


def _as_toolkit(
    engine: Engine,
    connection: PoolProxiedConnection,
    text: str,
    error: Exception,
    owner: Connection | PoolProxiedConnection,
) -> BaseException:
    gone = engine.dialect.is_disconnect(cast("Any", error), cast("Any", connection), None)
    if gone:
        owner.invalidate(error)
    return DBAPIError.instance(
        text, None, error, _errors(engine), hide_parameters=True, connection_invalidated=gone
    )
