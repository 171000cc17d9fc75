"""The tables of the library's database. Times are UTC in whole seconds since 1970.

These are health data: a patient is a code, never a name. Rows of a patient are deleted with the
patient (cascade), so that an erased patient leaves no row behind. A change here needs a migration
(``tools/make_migration.py`` writes it); a test compares the two.
"""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy import Text as LongText
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from leancue.basis.plain_text import plain_lines


class PlainText(TypeDecorator[str]):
    """A text column; unsafe characters are filtered before they reach the database."""

    impl = LongText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Filter what goes to the database."""
        return None if value is None else plain_lines(value)


Key = Annotated[int, mapped_column(primary_key=True)]
Seconds = Annotated[int, mapped_column(BigInteger)]
OfPatient = Annotated[int, mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)]
MaybeOfPatient = Annotated[
    int | None, mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
]
OfDevice = Annotated[int, mapped_column(ForeignKey("devices.id"), index=True)]
MaybeOfSession = Annotated[
    int | None, mapped_column(ForeignKey("sessions.id", ondelete="SET NULL"), index=True)
]


class Base(DeclarativeBase):
    """The tables. Constraints have names, so that a migration can speak of them."""

    type_annotation_map = {str: PlainText}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PatientRecord(Base):
    """A patient: a code that the clinic chose. ``archived_s``: since when out of the lists.

    ``comment``: for the patient, on the home sheet; apart from the notes, which are private.
    """

    __tablename__ = "patients"
    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    created_s: Mapped[Seconds]
    archived_s: Mapped[Seconds | None]
    example: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(default="", server_default="")


class PrescriptionRecord(Base):
    """One prescription of a patient; the newest counts, the others are the history.

    ``values_json``: as ``prescription.checked`` gives it, keys sorted. ``sha256``: of
    that text. ``changes``: differences to the previous one, as text.
    """

    __tablename__ = "prescriptions"
    id: Mapped[Key]
    patient_id: Mapped[OfPatient]
    made_s: Mapped[Seconds]
    made_by: Mapped[str]
    values_json: Mapped[str]
    sha256: Mapped[str]
    changes: Mapped[str]


class DeviceRecord(Base):
    """A clip. Whose it is stands in ``handovers``.

    ``check_json``: what its last commissioning came to, "" = never: ``s``, when, ``left``, how much
    was wrong, ``found``, keys of the rules, ``shakes_cmps2``, ``board``.
    """

    __tablename__ = "devices"
    id: Mapped[Key]
    uid: Mapped[str] = mapped_column(unique=True)
    board: Mapped[str] = mapped_column(default="")
    version: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    seen_s: Mapped[Seconds]
    check_json: Mapped[str] = mapped_column(default="", server_default="")


class HandoverRecord(Base):
    """From ``at_s`` on the clip was this patient's; without a patient: nobody's.

    ``prescription_id``: the one that was sent to it then, and read back the same.
    """

    __tablename__ = "handovers"
    id: Mapped[Key]
    device_id: Mapped[OfDevice]
    patient_id: Mapped[MaybeOfPatient]
    prescription_id: Mapped[int | None] = mapped_column(
        ForeignKey("prescriptions.id", ondelete="CASCADE"), index=True
    )
    at_s: Mapped[Seconds]


class SessionRecord(Base):
    """What a patient ran on one day for one entry of the plan; most have one run.

    ``number``: 0 = first of the plan, -1 = the baseline. ``day``: local date as YYYY-MM-DD, ""
    where no clock was set; by the clock of the desk that filed its first run, which went before UTC
    by ``utc_offset_s``, None = not known. ``pain``: 0 to 10 as the patient says, None = not asked.
    ``figures_json``: values of its ``leancue.runs.trend.Point`` in order; ``version``: of the code.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("patient_id", "number", "day"),
        CheckConstraint("pain BETWEEN 0 AND 10", name="pain"),
    )
    id: Mapped[Key]
    patient_id: Mapped[OfPatient]
    number: Mapped[int]
    day: Mapped[str]
    utc_offset_s: Mapped[int | None]
    pain: Mapped[int | None]
    figures_json: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[str] = mapped_column(default="", server_default="")


class RunRecord(Base):
    """A run, once however often it is pulled: clip, its number there, and how its log begins.

    ``log_sha256`` and ``log_bytes``: its file of pages. ``named``: the patient's code in the log.
    ``patient_id``: whose it is; None while ``question`` (a key of ``QUESTIONS``) is
    open. ``began_s``: None where the clip had no clock, or ``doubted_s``, what the log says, cannot
    be (``run_dating``). ``raw_erased_s``: when its raw samples were given up; ``proof``: what
    their last proof said. ``speed_mm_s``, ``incline_permille``:
    means over the running, from its marks; None where nobody marked them.
    """

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("device_id", "number", "start_sha256"),
        CheckConstraint("(patient_id IS NULL) = (question <> '')", name="owner"),
    )
    id: Mapped[Key]
    patient_id: Mapped[MaybeOfPatient]
    session_id: Mapped[MaybeOfSession]
    device_id: Mapped[OfDevice]
    number: Mapped[int]
    start_sha256: Mapped[str]
    log_sha256: Mapped[str] = mapped_column(unique=True)
    log_bytes: Mapped[int] = mapped_column(BigInteger)
    named: Mapped[str]
    began_s: Mapped[Seconds | None]
    doubted_s: Mapped[Seconds | None]
    filed_s: Mapped[Seconds]
    question: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    raw_erased_s: Mapped[Seconds | None]
    proof: Mapped[str] = mapped_column(default="")
    speed_mm_s: Mapped[int | None]
    incline_permille: Mapped[int | None]


class SummaryRecord(Base):
    """The figures of a run (``leancue.runs.run_summary.RunSummary`` as JSON), for quick lists.

    ``version``: of the code that worked them out; another version works them out anew.
    """

    __tablename__ = "summaries"
    run_id: Mapped[int] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[str]
    figures_json: Mapped[str]


class NoteRecord(Base):
    """A note on a patient, perhaps on one session. ``written_by``: initials, or ""."""

    __tablename__ = "notes"
    id: Mapped[Key]
    patient_id: Mapped[OfPatient]
    session_id: Mapped[MaybeOfSession]
    written_s: Mapped[Seconds]
    text: Mapped[str]
    written_by: Mapped[str] = mapped_column(default="", server_default="")


class OptionRecord(Base):
    """A setting of the library (``options.py``)."""

    __tablename__ = "options"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class AuditRecord(Base):
    """Who did what: ``action`` is a key of ``audit.ACTIONS``, ``who`` initials, or "".

    ``patient_id``: None for what concerns no patient, and for an erased one: an erasure's own row
    says that there was one, not which. ``detail``: what the action's words need, no health data.
    """

    __tablename__ = "audit"
    id: Mapped[Key]
    at_s: Mapped[Seconds] = mapped_column(index=True)
    who: Mapped[str]
    action: Mapped[str]
    patient_id: Mapped[MaybeOfPatient]
    detail: Mapped[str] = mapped_column(default="", server_default="")


class BackupRecord(Base):
    """A backup that was made: what is erased here stands in it still."""

    __tablename__ = "backups"
    id: Mapped[Key]
    made_s: Mapped[Seconds]
    place: Mapped[str]


# What a library is in the middle of. While it is being made its folder may not be marked yet; an
# adoption that was cut off must be finished before anybody works with what is there.
MAKING, ADOPTING, WHOLE = "making", "adopting", "whole"


class IdentityRecord(Base):
    """Which library this is: one row. ``library_id``: stands in the files' folder too.

    ``state``: MAKING, ADOPTING or WHOLE.
    """

    __tablename__ = "identity"
    id: Mapped[Key]
    library_id: Mapped[str]
    state: Mapped[str]


class SuperfluousRecord(Base):
    """A file that this library wrote and needs no more: on its way to the bin, or in it.

    ``since_s``: since when. ``run_id``: of which run it was, None where no run ever had it.
    ``erased``: a person had it erased, so it goes at once and not into the bin.
    """

    __tablename__ = "superfluous"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    since_s: Mapped[Seconds]
    run_id: Mapped[int | None] = mapped_column(index=True)
    erased: Mapped[bool] = mapped_column(default=False)
    in_bin: Mapped[bool] = mapped_column(default=False)
