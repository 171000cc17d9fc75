"""What the library holds of the visits: drafts, what clips hold, what was said, marks in runs.

Rows that belong to a patient go with the patient, as in ``models``.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from leancue.library.models import Base, Key, MaybeOfPatient, OfDevice, OfPatient, Seconds


class DraftRecord(Base):
    """What is typed and not kept yet. ``kind``: what it will be; ``text``: in that kind's form.

    ``base_id``: of the prescription that the draft began from, None where there was none.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("patient_id", "kind"),)
    id: Mapped[Key]
    patient_id: Mapped[OfPatient]
    kind: Mapped[str]
    text: Mapped[str]
    base_id: Mapped[int | None]
    written_s: Mapped[Seconds]


class ReadingRecord(Base):
    """What a clip itself last said of its prescription: one row a clip.

    ``since_s``: since when it has said the same; ``values_json``: "" where the patient is none of
    the library's, whose values are not kept. ``own_lean_cdeg``: the lean that the clip takes as
    the runner's own, None where it has none.
    """

    __tablename__ = "readings"
    id: Mapped[Key]
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), unique=True)
    patient_id: Mapped[MaybeOfPatient]
    read_s: Mapped[Seconds]
    since_s: Mapped[Seconds]
    values_json: Mapped[str]
    own_lean_cdeg: Mapped[int | None]
    sessions: Mapped[int]


class SendRecord(Base):
    """A prescription on its way to a clip. ``ended_s``: when the clip read it back the same."""

    __tablename__ = "sends"
    id: Mapped[Key]
    device_id: Mapped[OfDevice]
    prescription_id: Mapped[int] = mapped_column(
        ForeignKey("prescriptions.id", ondelete="CASCADE"), index=True
    )
    began_s: Mapped[Seconds]
    ended_s: Mapped[Seconds | None]


class VisitRecord(Base):
    """What the patient said on a day. ``day``: local date as YYYY-MM-DD; ``pain``: 0 to 10.

    ``felt``, ``went``: keys of ``visits.FELT`` and ``visits.WENT``, "" = not asked.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("patient_id", "day"),
        CheckConstraint("pain BETWEEN 0 AND 10", name="pain"),
    )
    id: Mapped[Key]
    patient_id: Mapped[OfPatient]
    day: Mapped[str]
    pain: Mapped[int | None]
    felt: Mapped[str] = mapped_column(default="", server_default="")
    went: Mapped[str] = mapped_column(default="", server_default="")


class MarkRecord(Base):
    """A moment of a run that somebody marked, perhaps with the speed and incline from there on.

    ``at_ms``: since the run began; where ``live``, ms of running, as the clip counts them.
    ``marked_s``: when it was marked; ``run_id``: None until the run is pulled.
    ``incline_permille``: rise over length of the belt, uphill positive.
    """

    __tablename__ = "marks"
    id: Mapped[Key]
    device_id: Mapped[OfDevice]
    patient_id: Mapped[OfPatient]
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), index=True
    )
    marked_s: Mapped[Seconds]
    live: Mapped[bool] = mapped_column(default=False)
    at_ms: Mapped[int]
    words: Mapped[str] = mapped_column(default="", server_default="")
    speed_mm_s: Mapped[int | None]
    incline_permille: Mapped[int | None]
