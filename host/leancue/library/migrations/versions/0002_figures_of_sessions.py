"""The figures of each session beside it; a run is a patient's, or a question is open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the tables to this version; the figures are worked out on opening."""
    with op.batch_alter_table("sessions") as batch_op:
        for name in ("figures_json", "version"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("runs") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_runs_owner"), "(patient_id IS NULL) = (question <> '')"
        )
