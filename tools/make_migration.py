"""Write the migration for a change in ``host/leancue/library/models.py``.

Usage: python tools/make_migration.py NAME. Creates ``host/leancue/library/migrations/versions/
mNNNN_NAME.py`` from the difference between the models and the tables that the existing migrations
create. Review it: alembic detects neither renamed columns nor changed check constraints, and a
column that may not be empty needs a default. Exits with 1 if nothing has changed.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from leancue.library import locations, migration_runner
from leancue.library.database import Database
from leancue.library.models import Base, PlainText

_TEXT = '''"""{title}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """Bring the tables to this version."""
    {body}
'''


def migration(name: str) -> tuple[str, str]:
    """Return the file name and text of the migration; ValueError if nothing has changed."""
    with (
        tempfile.TemporaryDirectory() as there,
        closing(Database(locations.find(Path(there) / "library"))) as database,
    ):
        migration_runner.bring_up_to_date(database)
        body = _difference(database)
    if "op." not in body:
        raise ValueError("the models are as the migrations make them")
    revision = f"m{int(migration_runner.HEAD[1:]) + 1:04d}"
    text = _TEXT.format(title=name.replace("_", " ").capitalize(), revision=revision,
                        before=migration_runner.HEAD, body=body)  # fmt: skip
    return f"{revision}_{name}.py", text


def _difference(database: Database) -> str:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_item": _rendered})
        found = produce_migrations(context, Base.metadata)
        assert found.upgrade_ops is not None
        return render_python_code(
            found.upgrade_ops, render_as_batch=True, migration_context=context,
            render_item=_rendered,
        )  # fmt: skip


def _rendered(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Render our text types as the database's own."""
    return "sa.Text()" if kind == "type" and isinstance(item, PlainText) else False


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", help="what it changes, as in m0007_NAME.py")
    name = parser.parse_args(arguments).name
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        parser.error(f"{name}: letters, digits and _ only")
    try:
        file, text = migration(name)
    except ValueError as error:
        sys.stderr.write(f"No migration is needed: {error}.\n")
        return 1
    path = migration_runner.MIGRATIONS / "versions" / file
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path} written; read it, then `ruff format`\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
