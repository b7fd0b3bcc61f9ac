"""Alembic's environment: runs the revisions on the connection it is given."""

from alembic import context

import lms_plugin.tables  # noqa: F401  (importing it is what fills the metadata)
from lms_plugin.storage import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
