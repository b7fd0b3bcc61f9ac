"""Fresh, migrated databases on SQLite and PostgreSQL, copied from a template so that each costs little."""

import shutil
import uuid
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms_plugin.migration import migrate
from lms_plugin.storage import make_engine


def migrated_sqlite(folder: Path) -> Path:
    """A migrated SQLite file to copy from."""
    template = folder / "template.db"
    engine = make_engine(f"sqlite:///{template}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return template


def fresh_sqlite(template: Path, folder: Path) -> str:
    """The URL of a copy of the template."""
    copy = folder / f"{uuid.uuid4().hex}.db"
    shutil.copyfile(template, copy)
    return f"sqlite:///{copy}"


class PostgresqlDatabases:
    """Makes and drops databases in one cluster: the next ones while a test runs, as each takes a while."""

    def __init__(self, maintenance_url: str, ahead: int = 2) -> None:
        self.url = make_url(maintenance_url)
        self.engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.template = self._create("template1")
        engine = make_engine(self._url(self.template))
        migrate(engine)
        engine.dispose()
        self._hands = ThreadPoolExecutor(1)
        self._ready = deque(self._hands.submit(self._create, self.template) for _ in range(ahead))

    def _url(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _create(self, template: str) -> str:
        name = f"t{uuid.uuid4().hex}"
        with self.engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return name

    def fresh(self) -> str:
        """The URL of a new migrated database."""
        self._ready.append(self._hands.submit(self._create, self.template))
        return self._url(self._ready.popleft().result())

    def drop(self, url: str) -> None:
        """Drops it soon, whoever is still connected."""
        self._hands.submit(self._drop, url)

    def _drop(self, url: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)'))

    def close(self) -> None:
        """Finishes what is under way; the cluster ends with the tests, and what is left with it."""
        self._hands.shutdown()
        self.engine.dispose()
