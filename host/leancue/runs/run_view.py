"""The data of a run for a report, from a clip's log or from a replay."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from leancore import __version__
from leancore.coaching.session_plan import UNMEASURED, SessionPlan
from leancore.runlog import log_reading, records
from leancore.schema import settings
from leancore.schema.faults import NOT_CALIBRATED
from leancore.schema.faults import row as fault_row

from leancue.decoding.decisions import Decisions, decode
from leancue.language import formats
from leancue.language.words import N_, _
from leancue.recordings.mount_detection import FRAMES
from leancue.recordings.replay import Replay
from leancue.recordings.replay_summary import plan_of
from leancue.runs.orientation_sources import Sources, changes_of, sources
from leancue.runs.own_lean import REFUSED, taken_cdeg
from leancue.runs.pace import KMH, Mark, Stretch, stretches
from leancue.runs.run_start import configuration
from leancue.runs.run_timeline import holds_of, probes_of, spells_of
from leancue.runs.runlog import Run
from leancue.runs.spans import Moment, Span, minutes
from leancue.runs.verify import Verification

FRAME_WORDS = {
    "nominal": N_("Standing was not measured, so the lean is relative to the clip's own axes."),
    "stand": N_(
        "Standing was measured, but no bow. The clip's label defines which way is forward."
    ),
    "hinge": N_("Standing and a bow were measured. Up and forward are the wearer's own."),
}


@dataclass(frozen=True)
class RunView:
    """One run for a report. Times in ms on an axis that starts with the run.

    ``from_clip``: a clip decided it; else the host, from a recording. ``title``: when it was.
    ``plan``: band, cap and minutes of the session; ``judged``: whether there was a band to judge
    by. ``spells``: running, and what was between. ``probes``: times without cues. ``holds``: times
    in which the clip had moved, without cues. ``sources``: who gave the direction of up.
    ``moments``: when which fault was noticed. ``faults``: number of the fault → how often.
    ``frame``: one of ``FRAMES``; ``worn``: how the clip's axes were found, in words.
    ``notes``: other things worth telling. ``details``: rows for the small print. ``baseline_ms``:
    how long a baseline run must be. ``marks``: what somebody marked; ``speed_unit``: of ``pace``.
    """

    title: str
    patient: str
    from_clip: bool
    session: int
    prescription: dict[str, Any]
    plan: SessionPlan
    judged: bool
    decisions: Decisions
    spells: tuple[Span, ...]
    probes: tuple[Span, ...]
    holds: tuple[Span, ...]
    sources: Sources
    moments: tuple[Moment, ...]
    faults: dict[int, int]
    frame: str
    worn: str
    notes: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    baseline_ms: int = 0
    marks: tuple[Mark, ...] = ()
    speed_unit: int = KMH

    @property
    def stretches(self) -> list[Stretch]:
        """The stretches with a marked speed or incline."""
        return stretches(self.marks, self.end_ms)

    @property
    def own_refused(self) -> str:
        """Why the clip did not take the own lean from a baseline run, as text; "" if it did."""
        if (
            self.plan.known
            or not self.from_clip
            or self.prescription["baseline_cdeg"] != UNMEASURED
        ):
            return ""
        running_s = sum(spell.ms for spell in self.running) / 1000
        _cdeg, key = taken_cdeg(self.decisions, running_s, self.frame, self.baseline_ms)
        return (
            _(REFUSED[key], ran=minutes(running_s), needs=minutes(self.baseline_ms / 1000))
            if key
            else ""
        )

    @property
    def running(self) -> tuple[Span, ...]:
        """The times of running."""
        return tuple(spell for spell in self.spells if spell.what == "run")

    @property
    def error_deg(self) -> float:
        """Error of the run's mean lean."""
        return self.sources.error_deg(self.running)

    @property
    def end_ms(self) -> int:
        """End of the axis: the end of the last running."""
        return max((spell.end_ms for spell in self.running), default=0)


def of_run(run: Run, verification: Verification | None = None) -> RunView:
    """Return the view of a run of a log.

    Args:
        verification: its proof, which knows who gave the direction of up.

    Raises:
        LogError: where the run's configuration is missing or of another version.
    """
    configured, values, session = configuration(run)
    split = log_reading.split(run.decisions)
    decisions = decode((0, kind, body) for kind, body in split)
    began = formats.moment(run.wall_s, "", formats.DAY_LONG)
    return _view(
        decisions,
        values,
        configured,
        session,
        title=began or _("Run {run_id}", run_id=run.run_id),
        patient=run.patient,
        from_clip=True,
        sources=_sources_of_run(configured, verification),
        faults=_device_faults(run),
        moments=_device_moments(run),
        notes=_run_notes(run),
        details=(
            (_("Run"), str(run.run_id)),
            (_("Clip"), _clip(run)),
            (_("Software on the clip"), run.info.get("core", _("unknown"))),
            (_("Software on the desk"), __version__),
            (_("Settings"), settings.fingerprint(configured)),
        ),
    )


def _clip(run: Run) -> str:
    uid, board = run.info.get("uid"), run.info.get("board")
    return f"{uid or _('unknown')} ({board or _('unknown board')})"


def of_replay(replayed: Replay) -> RunView:
    """Return the view of a replayed recording; its axis begins with the first step."""
    worn = replayed.wearing
    steps, t_ms = replayed.decisions.step_t_ms, replayed.recording.t_ms
    shift_ms = -int(steps[0]) if len(steps) else 0
    decisions = replayed.decisions.shifted(shift_ms)
    changes = changes_of(t_ms + shift_ms, replayed.source)
    return _view(
        decisions,
        replayed.prescription,
        replayed.settings,
        replayed.session,
        title=_("Replay of {name}", name=replayed.recording.path.name),
        patient=str(replayed.prescription["patient"]),
        from_clip=False,
        sources=sources(replayed.settings["orientation"], changes, int(t_ms[-1]) + shift_ms),
        faults={},
        moments=(),
        notes=replayed.recording.notes,
        details=(
            (_("Recording"), replayed.recording.path.name),
            (_("Samples"), f"{len(replayed.recording):,}".replace(",", " ")),
            (_("Software on the desk"), __version__),
            (_("Settings"), settings.fingerprint(replayed.settings)),
        ),
        frame=worn.source,
        worn=worn.note,
    )


def _view(
    decisions: Decisions, values: dict[str, Any], configured: dict[str, int], session: int,
    *, faults: dict[int, int], moments: tuple[Moment, ...], frame: str = "", worn: str = "",
    **said: Any,
) -> RunView:  # fmt: skip
    plan = plan_of(values, configured, session)
    met = [event for event in decisions.events if event.code == records.FAULT]
    seen = Counter(event.a for event in met)
    faults = {number: max(seen[number], faults.get(number, 0)) for number in {*seen, *faults}}
    moments = (*moments, *(Moment(event.t_ms, event.a) for event in met))
    began = [event.b for event in decisions.events if event.code == records.RUN_BEGAN]
    frame = frame or FRAMES[began[0] if began else 0]
    judged = bool(plan.known) and NOT_CALIBRATED not in faults
    spells = spells_of(decisions)
    end_ms = spells[-1].end_ms if spells else 0
    probes = probes_of(decisions, end_ms) if judged else ()
    return RunView(
        session=session, prescription=values, plan=plan, judged=judged, decisions=decisions,
        spells=spells, probes=probes, holds=holds_of(decisions, end_ms),
        moments=tuple(sorted(moments)), faults=faults,
        frame=frame, worn=worn or _(FRAME_WORDS[frame]),
        baseline_ms=configured["baseline_ms"], **said,
    )  # fmt: skip


def _device_faults(run: Run) -> dict[int, int]:
    """Return the faults of the clip; a record has the count so far."""
    counts: dict[int, int] = {}
    for record in run.device:
        if record["code"] == records.DEV_FAULT:
            counts[record["a"]] = max(record["b"], counts.get(record["a"], 0))
    return counts


def _device_moments(run: Run) -> tuple[Moment, ...]:
    return tuple(
        Moment(record["t_ms"], record["a"])
        for record in run.device
        if record["code"] == records.DEV_FAULT
    )


def fault_words(number: int) -> str:
    """Return a fault in the therapist's words."""
    row = fault_row(number)
    if row is None:
        return _("Fault {number}, unknown to this version.", number=number)
    return _(str(row[3]))


def _sources_of_run(configured: dict[str, int], verification: Verification | None) -> Sources:
    """Return the sources of the vertical, as far as verified."""
    proof = verification or Verification(0)
    return sources(configured["orientation"], proof.sources, int(proof.seconds * 1000))


def _run_notes(run: Run) -> tuple[str, ...]:
    notes = []
    battery = [record["a"] for record in run.device if record["code"] == records.DEV_BATTERY]
    if battery:
        volts = [_("{volts} V", volts=formats.decimal(battery[at] / 1000, 2)) for at in (0, -1)]
        notes.append(_("Battery {volts}.", volts=" – ".join(dict.fromkeys(volts))))
    return (*notes, *run.lacks())
