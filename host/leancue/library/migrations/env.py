"""Runs the migrations over the connection that the library has opened (``migration_runner.py``)."""

from __future__ import annotations

from alembic import context

from leancue.library.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
