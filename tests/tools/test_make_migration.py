"""The writer of migrations: what changed in the models, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from leancue.library import migration_runner
from leancue.library.models import Base, PlainText

from tools import make_migration


def test_unchanged_models_need_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert make_migration.main(["nothing"]) == 1
    assert "No migration is needed" in capsys.readouterr().err


def test_a_new_column_is_added_after_the_newest_migration() -> None:
    table = Base.metadata.tables["runs"]
    column = sa.Column("surface", PlainText(), nullable=True)
    table.append_column(column)
    try:
        file, text = make_migration.migration("surface_of_runs")
    finally:
        table._columns.remove(column)
    number = int(migration_runner.HEAD[1:]) + 1
    assert file == f"m{number:04d}_surface_of_runs.py"
    assert f'revision = "m{number:04d}"\ndown_revision = "{migration_runner.HEAD}"' in text
    assert 'batch_op.add_column(sa.Column("surface", sa.Text(), nullable=True))' in text.replace(
        "'", '"'
    )
    compile(text, file, "exec")


@pytest.mark.parametrize("name", ["Speed", "../speed", "1st"])
def test_a_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(SystemExit):
        make_migration.main([name])
