"""The first tables, as lists of what is in them.

They stay as they are: what changes later is another migration (``tools/make_migration.py``). So
nothing here is taken from ``models.py``, which has the tables of today. Its number is not 1: the
numbers before it are those of libraries that were made before the first release.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "m0006"
down_revision = None

_ID = ("id", sa.Integer)
_PATIENT = ("patient_id", sa.Integer)
_DEVICE = ("device_id", sa.Integer)
_SESSION = ("session_id", sa.Integer)
_PRESCRIPTION = ("prescription_id", sa.Integer)
_Columns = tuple[tuple[str, type[Any]], ...]

# Tables with their columns, those first that others refer to. The key is the first column.
_TABLES: dict[str, _Columns] = {
    "backups": (_ID, ("made_s", sa.BigInteger), ("place", sa.Text)),
    "devices": (
        _ID, ("uid", sa.Text), ("board", sa.Text), ("version", sa.Text), ("name", sa.Text),
        ("seen_s", sa.BigInteger), ("check_json", sa.Text),
    ),
    "identity": (_ID, ("library_id", sa.Text), ("state", sa.Text)),
    "options": (("key", sa.Text), ("value", sa.Text)),
    "patients": (
        _ID, ("code", sa.Text), ("created_s", sa.BigInteger), ("archived_s", sa.BigInteger),
        ("example", sa.Boolean), ("comment", sa.Text),
    ),
    "prescriptions": (
        _ID, _PATIENT, ("made_s", sa.BigInteger), ("made_by", sa.Text), ("values_json", sa.Text),
        ("sha256", sa.Text), ("changes", sa.Text),
    ),
    "sessions": (
        _ID, _PATIENT, ("number", sa.Integer), ("day", sa.Text), ("pain", sa.Integer),
        ("figures_json", sa.Text), ("version", sa.Text),
    ),
    "handovers": (
        _ID, _DEVICE, _PATIENT, _PRESCRIPTION, ("at_s", sa.BigInteger),
    ),
    "notes": (
        _ID, _PATIENT, _SESSION, ("written_s", sa.BigInteger), ("text", sa.Text),
        ("written_by", sa.Text),
    ),
    "runs": (
        _ID, _PATIENT, _SESSION, _DEVICE, ("number", sa.Integer), ("start_sha256", sa.Text),
        ("log_sha256", sa.Text), ("log_bytes", sa.BigInteger), ("named", sa.Text),
        ("began_s", sa.BigInteger), ("filed_s", sa.BigInteger), ("question", sa.Text),
        ("detail", sa.Text), ("raw_erased_s", sa.BigInteger), ("proof", sa.Text),
        ("speed_mm_s", sa.Integer), ("incline_permille", sa.Integer),
    ),
    "drafts": (
        _ID, _PATIENT, ("kind", sa.Text), ("text", sa.Text), ("base_id", sa.Integer),
        ("written_s", sa.BigInteger),
    ),
    "readings": (
        _ID, _DEVICE, _PATIENT, ("read_s", sa.BigInteger), ("since_s", sa.BigInteger),
        ("values_json", sa.Text), ("own_lean_cdeg", sa.Integer), ("sessions", sa.Integer),
    ),
    "visits": (
        _ID, _PATIENT, ("day", sa.Text), ("pain", sa.Integer), ("felt", sa.Text), ("went", sa.Text),
    ),
    "sends": (
        _ID, _DEVICE, _PRESCRIPTION, ("began_s", sa.BigInteger), ("ended_s", sa.BigInteger),
    ),
    "marks": (
        _ID, _DEVICE, _PATIENT, ("run_id", sa.Integer), ("marked_s", sa.BigInteger),
        ("live", sa.Boolean), ("at_ms", sa.Integer), ("words", sa.Text),
        ("speed_mm_s", sa.Integer), ("incline_permille", sa.Integer),
    ),
    "audit": (
        _ID, ("at_s", sa.BigInteger), ("who", sa.Text), ("action", sa.Text), _PATIENT,
        ("detail", sa.Text),
    ),
    "summaries": (("run_id", sa.Integer), ("version", sa.Text), ("figures_json", sa.Text)),
    "superfluous": (
        ("sha256", sa.Text), ("since_s", sa.BigInteger), ("run_id", sa.Integer),
        ("erased", sa.Boolean), ("in_bin", sa.Boolean),
    ),
}  # fmt: skip
_MAY_BE_EMPTY = {
    "patients": ("archived_s",),
    "sessions": ("pain",),
    "handovers": ("patient_id", "prescription_id"),
    "notes": ("session_id",),
    "runs": (
        "patient_id", "session_id", "began_s", "raw_erased_s", "speed_mm_s", "incline_permille",
    ),
    "superfluous": ("run_id",),
    "drafts": ("base_id",),
    "readings": ("patient_id", "own_lean_cdeg"),
    "visits": ("pain",),
    "sends": ("ended_s",),
    "marks": ("run_id", "speed_mm_s", "incline_permille"),
    "audit": ("patient_id",),
}  # fmt: skip
_EMPTY_TEXT_AT_FIRST = {
    "devices": ("check_json",),
    "patients": ("comment",),
    "sessions": ("figures_json", "version"),
    "notes": ("written_by",),
    "visits": ("felt", "went"),
    "marks": ("words",),
    "audit": ("detail",),
}
_CHECKS = {
    "sessions": {"pain": "pain BETWEEN 0 AND 10"},
    "visits": {"pain": "pain BETWEEN 0 AND 10"},
    "runs": {"owner": "(patient_id IS NULL) = (question <> '')"},
}
# column: table whose key it holds, what becomes of the row when that one goes
_REFERENCES = {
    "device_id": ("devices", None),
    "patient_id": ("patients", "CASCADE"),
    "prescription_id": ("prescriptions", "CASCADE"),
    "session_id": ("sessions", "SET NULL"),
    "run_id": ("runs", "CASCADE"),
}
# ``superfluous`` outlives its run, so it does not refer to it.
_NO_REFERENCES = ("superfluous",)
_UNIQUE = {
    "devices": (("uid",),),
    "patients": (("code",),),
    "sessions": (("patient_id", "number", "day"),),
    "runs": (("device_id", "number", "start_sha256"), ("log_sha256",)),
    "drafts": (("patient_id", "kind"),),
    "readings": (("device_id",),),
    "visits": (("patient_id", "day"),),
}
# Besides the columns that refer to another table; what is unique has an index of its own.
_ALSO_LOOKED_UP = {"audit": ("at_s",)}


def upgrade() -> None:
    """Make all tables, and an index of each column by which rows are looked up."""
    for table, columns in _TABLES.items():
        op.create_table(table, *_columns(table, columns), *_constraints(table, columns))
        for column in _indexed(table, columns[1:]):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _indexed(table: str, columns: _Columns) -> list[str]:
    unique = {names[0] for names in _UNIQUE.get(table, ()) if len(names) == 1}
    return sorted({*_referring(columns), *_ALSO_LOOKED_UP.get(table, ())} - unique)


def _referring(columns: _Columns) -> list[str]:
    return sorted(name for name, _ in columns if name in _REFERENCES)


def _columns(table: str, columns: _Columns) -> Iterator[sa.Column[Any]]:
    for name, kind in columns:
        yield sa.Column(
            name,
            kind(),
            nullable=name in _MAY_BE_EMPTY.get(table, ()),
            server_default="" if name in _EMPTY_TEXT_AT_FIRST.get(table, ()) else None,
            autoincrement="auto" if name == "id" else False,
        )


def _constraints(table: str, columns: _Columns) -> Iterator[sa.Constraint]:
    for name, rule in _CHECKS.get(table, {}).items():
        yield sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))
    for name in _referring(columns) if table not in _NO_REFERENCES else ():
        yield _reference(table, name)
    yield sa.PrimaryKeyConstraint(columns[0][0], name=op.f(f"pk_{table}"))
    for names in _UNIQUE.get(table, ()):
        yield sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{names[0]}"))


def _reference(table: str, column: str) -> sa.ForeignKeyConstraint:
    of, when_gone = _REFERENCES[column]
    return sa.ForeignKeyConstraint(
        [column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=when_gone
    )
