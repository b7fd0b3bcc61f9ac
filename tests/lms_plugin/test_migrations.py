"""Revisions run forward on both databases and end at exactly the tables of the code."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from lms_plugin import migration
from lms_plugin.migration import DatabaseNotMigrated, differences, migrate, newest_revision, require_migrated
from lms_plugin.storage import Base
from lms_plugin.tables import TABLES

VERSIONS = Path(migration.__file__).parent.parent / "migrations" / "versions"


def test_migrated_database_has_exactly_the_tables_of_the_code(engine: Engine) -> None:
    assert differences(engine) == []
    assert {table.__tablename__ for table in TABLES} == set(Base.metadata.tables)


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == newest_revision()


def test_empty_database_is_refused_with_what_to_run(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(DatabaseNotMigrated, match="coalizione migrate"):
        require_migrated(engine)


def test_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotMigrated, match="9999"):
        require_migrated(engine)


def test_failed_revision_leaves_the_database_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    before = inspect(engine).get_table_names()
    with pytest.raises(Exception, match="already exists"):
        migrate(engine)
    assert inspect(engine).get_table_names() == before


def test_revisions_are_numbered_without_gaps() -> None:
    numbers = sorted(
        int(match[1]) for path in VERSIONS.glob("*.py") if (match := re.match(r"(\d{4})_", path.name))
    )
    assert numbers == list(range(1, len(numbers) + 1))
