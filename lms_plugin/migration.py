"""Brings a database to the newest revision, and tells whether it is there."""

from importlib.resources import files

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from lms_plugin.errors import Refusal
from lms_plugin.storage import Base


class DatabaseNotMigrated(Refusal):
    """The tables are older (or newer) than this code."""

    code = "database_not_migrated"
    status = 503


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> str | None:
    """Runs every revision up to `revision` in one transaction; returns the revision reached."""
    with engine.connect() as plain:
        connection = plain.execution_options(will_write=True)
        with connection.begin():
            command.upgrade(_config(connection), revision)
            return current_revision(connection)


def current_revision(connection: Connection) -> str | None:
    """The revision that the database says it has."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def require_migrated(engine: Engine) -> None:
    """Raises DatabaseNotMigrated, saying what to run, unless code and database agree."""
    with engine.connect() as connection:
        found = current_revision(connection)
    if found != newest_revision():
        raise DatabaseNotMigrated(
            f"the database is at revision {found or 'none'}, this version needs {newest_revision()}:"
            " run `coalizione migrate`"
        )


def differences(engine: Engine) -> list[object]:
    """What the tables of the code have that the database has not, or the other way round."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))
