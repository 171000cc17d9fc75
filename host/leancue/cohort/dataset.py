"""The library as a Parquet data set: pseudonymous, partitioned by patient, described in itself.

Codes of patients and UIDs of clips become keyed hashes; times become days since the patient's
first run; notes stay at home. The key is random and forgotten, unless it is given.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from leancore import __version__, coach, records
from leancore.prescription import UNMEASURED, checked

from leancue.cohort import schema
from leancue.cohort.analysis import Analysis
from leancue.cohort.changes import Changes
from leancue.cohort.schema import FIGURES, TABLES, WORDS, Column
from leancue.decisions import Decisions
from leancue.errors import LogError, OutputError
from leancue.export import steps_of
from leancue.library import Library, RunRow
from leancue.run_summary import RunSummary
from leancue.runlog import Run
from leancue.trend import DAY_S

Row = dict[str, Any]
Progress = Callable[[int, int], None]
_UNFIT = records.STEP_GAP | records.STEP_SHAKEN
_README = """# A data set of runs, made by LeanCue {version}

Pseudonymous: patients and clips bear keyed hashes, days count from the patient's first run. Lean
is lean at the lower back, relative to standing, with an error of some degrees. Each table is a
folder, partitioned by patient (`patient=PSEUDONYM`), and is read whole with
`pyarrow.dataset.dataset("runs", partitioning="hive")`.

"""


@dataclass(frozen=True)
class Member:
    """A run of the cohort: pseudonym of its patient, its number in the data set, its row."""

    patient: str
    number: int
    day: int | None
    pain: int | None
    row: RunRow


class Cohort:
    """The runs of a library in a fixed order, under pseudonyms."""

    def __init__(self, library: Library, key: bytes = b"", *, example: bool = False) -> None:
        """Gather the runs; those in the inbox are nobody's and stay out.

        Args:
            library: open.
            key: of the pseudonyms; b"" = a random one, forgotten afterwards.
            example: the example patient too.
        """
        self.library = library
        self._key = key or os.urandom(32)
        self.members = tuple(self._gather(example))

    def pseudonym(self, kind: str, code: str) -> str:
        """Return the pseudonym of a patient or clip."""
        return hmac.new(self._key, f"{kind}:{code}".encode(), hashlib.sha256).hexdigest()[:12]

    def _gather(self, example: bool) -> Iterator[Member]:
        patients = [p for p in self.library.patients.all(archived=True) if example or not p.example]
        named = sorted((self.pseudonym("patient", p.code), p.code) for p in patients)
        number = 0
        for pseudonym, code in named:
            pains = {session.id: session.pain for session in self.library.sessions.of(code)}
            rows = self.library.runs.of(code)[::-1]
            first_s = min((row.began_s for row in rows if row.began_s is not None), default=0)
            for row in rows:
                day = None if row.began_s is None else (row.began_s - first_s) // DAY_S
                pain = None if row.session_id is None else pains.get(row.session_id)
                yield Member(pseudonym, number, day, pain, row)
                number += 1

    def paths(self) -> list[Path]:
        """Return the files of all runs, in order."""
        return [self.library.runs.path(member.row.id) for member in self.members]


def write(
    cohort: Cohort,
    out: Path,
    *,
    raw: bool = False,
    changes: Changes | None = None,
    analyses: Sequence[Analysis] = (),
    progress: Progress | None = None,
) -> Path:
    """Write the data set into the new folder ``out``; whole or not at all.

    ``raw``: the samples too. ``changes``, ``analyses``: what ``parallel`` made of the cohort.

    Raises:
        OutputError: where something stands there already, or it cannot be written.
    """
    if out.exists():
        raise OutputError(f"{out} is there already.", way_out="Choose another name.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise _cannot_write(out, error) from error
    try:
        missing = _write_runs(cohort, stage, raw, progress or (lambda done, total: None))
        if changes is not None:
            _write_analyses(cohort, stage, analyses)
        _describe(stage, cohort, changes, missing)
        os.replace(stage, out)
    except OSError as error:
        raise _cannot_write(out, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return out


def _write_runs(cohort: Cohort, stage: Path, raw: bool, tell: Progress) -> int:
    """Write runs, steps, cues and perhaps samples; return how many logs could not be read."""
    names = [name for name in ("runs", "steps", "cues", "samples") if raw or name != "samples"]
    missing = done = 0
    for patient, members in _by_patient(cohort.members):
        found: dict[str, list[pa.Table]] = {name: [] for name in names}
        for member in members:
            try:
                run: Run | None = cohort.library.runs.log(member.row.id)
            except LogError:
                run, missing = None, missing + 1
            for name in names:
                found[name].append(_MAKERS[name](cohort, member, run))
            done += 1
            tell(done, len(cohort.members))
        for name, tables in found.items():
            _write_table(stage, name, patient, pa.concat_tables(tables))
    return missing


def _by_patient(members: Sequence[Member]) -> Iterator[tuple[str, list[Member]]]:
    for patient in dict.fromkeys(member.patient for member in members):
        yield patient, [member for member in members if member.patient == patient]


def _write_table(stage: Path, name: str, patient: str, table: pa.Table) -> None:
    folder = stage / name / f"patient={patient}"
    folder.mkdir(parents=True)
    pq.write_table(table.drop_columns(["patient"]), folder / "part-0.parquet", compression="zstd")


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of a table, units and meanings in the fields' metadata."""
    return pa.schema([
        pa.field(c.name, pa.type_for_alias(c.type),
                 metadata={"unit": c.unit, "meaning": c.meaning})
        for c in columns
    ])  # fmt: skip


def _run_table(cohort: Cohort, member: Member, run: Run | None) -> pa.Table:
    row: Row = {
        "patient": member.patient, "run": member.number, "day": member.day, "pain": member.pain,
        "clip": cohort.pseudonym("clip", member.row.uid),
    }  # fmt: skip
    row |= _prescribed(run)
    summary = member.row.summary
    if summary is not None:
        row |= figures(summary)
        row |= {
            "frame": summary.frame, "raw": summary.raw, "closed": summary.closed,
            "holes": summary.holes, "core": summary.core,
            "faults": " ".join(str(number) for number in sorted(summary.faults)),
        }  # fmt: skip
    return _table("runs", [row])


def _prescribed(run: Run | None) -> Row:
    if run is None or not run.prescription:
        return {}
    try:
        values = checked(run.prescription)
    except (ValueError, KeyError):
        return {}
    own = values["baseline_cdeg"]
    return {
        "baseline_deg": None if own == UNMEASURED else own / 100,
        "offset_low_deg": values["offset_low_cdeg"] / 100,
        "offset_high_deg": values["offset_high_cdeg"] / 100,
        "cap_offset_deg": values["cap_offset_cdeg"] / 100,
        "gain": values["gain_permille"] / 1000,
    }


def figures(summary: RunSummary) -> Row:
    """Return the figures of a run by column."""
    cues = {name: summary.cues.get(name, 0) for name in coach.NAMES if name}
    return {
        column.name: cues.get(column.name, getattr(summary, column.name, None))
        for column in FIGURES
    }


def _table(name: str, rows: Sequence[Row]) -> pa.Table:
    columns = TABLES[name]
    values = {c.name: [row.get(c.name) for row in rows] for c in columns}
    return pa.table(values, schema=arrow_schema(columns))


def _decided(run: Run | None) -> Decisions | None:
    return None if run is None else steps_of(run)


def _step_table(cohort: Cohort, member: Member, run: Run | None) -> pa.Table:
    found = _decided(run)
    if found is None:
        return _table("steps", [])
    n = len(found.step_t_ms)
    return pa.table({
        "patient": pa.repeat(member.patient, n), "run": pa.repeat(pa.scalar(member.number), n),
        "t_ms": found.step_t_ms, "lean_deg": found.stride_cdeg / 100,
        "step_lean_deg": found.step_cdeg / 100, "cadence_spm": found.cadence_cspm / 100,
        "in_band": found.in_band, "feedback": found.feedback, "judged": found.judged,
        "fit": found.flags & _UNFIT == 0,
    }).cast(arrow_schema(TABLES["steps"]))  # fmt: skip


def _cue_table(cohort: Cohort, member: Member, run: Run | None) -> pa.Table:
    found = _decided(run)
    return _table("cues", [
        {"patient": member.patient, "run": member.number, "t_ms": cue.t_ms,
         "kind": coach.NAMES[cue.kind], "duration_ms": cue.duration_ms,
         "lean_deg": cue.stride_cdeg / 100}
        for cue in (found.cues if found else ())
    ])  # fmt: skip


def _sample_table(cohort: Cohort, member: Member, run: Run | None) -> pa.Table:
    if run is None or not len(run.raw):
        return _table("samples", [])
    raw, n = run.raw, len(run.raw)
    columns: Row = {
        "patient": pa.repeat(member.patient, n), "run": pa.repeat(pa.scalar(member.number), n),
        "t_ms": raw.since_ms,
    }  # fmt: skip
    for names, values, scale in (("wxyz", raw.q, 16384), ("xyz", raw.a, 256), ("xyz", raw.g, 512)):
        letter = {16384: "q", 256: "a", 512: "g"}[scale]
        columns |= {letter + axis: values[:, i] / scale for i, axis in enumerate(names)}
    return pa.table(columns).cast(arrow_schema(TABLES["samples"]))


_MAKERS: dict[str, Callable[[Cohort, Member, Run | None], pa.Table]] = {
    "runs": _run_table, "steps": _step_table, "cues": _cue_table, "samples": _sample_table,
}  # fmt: skip


def analysis_table(members: Sequence[Member], analyses: Sequence[Analysis]) -> pa.Table:
    """Return the runs' figures, of the day and as changed, one row a run."""
    rows = []
    for member, found in zip(members, analyses, strict=True):
        row: Row = {"patient": member.patient, "run": member.number, "same": found.same,
                    "why_not": found.why_not}  # fmt: skip
        for word, summary in (("before", found.before), ("after", found.after)):
            if summary is not None:
                row |= {f"{name}_{word}": value for name, value in figures(summary).items()}
        rows.append(row)
    return _table("analysis", rows)


def _write_analyses(cohort: Cohort, stage: Path, analyses: Sequence[Analysis]) -> None:
    by_number = dict(zip((m.number for m in cohort.members), analyses, strict=True))
    for patient, members in _by_patient(cohort.members):
        table = analysis_table(members, [by_number[m.number] for m in members])
        _write_table(stage, "analysis", patient, table)


def _describe(stage: Path, cohort: Cohort, changes: Changes | None, missing: int) -> None:
    """Write the README, made of the schema, and the facts for programs."""
    tables = [name for name in TABLES if (stage / name).exists()]
    parts = [f"## {name}: {WORDS[name]}\n\n{schema.described(name)}\n" for name in tables]
    if changes is not None:
        parts.append(f"Changed for the analysis: {changes}.\n")
    text = _README.format(version=__version__) + "\n".join(parts)
    (stage / "README.md").write_text(text, encoding="utf-8")
    facts = {
        "leancue": __version__,
        "patients": len({member.patient for member in cohort.members}),
        "runs": len(cohort.members),
        "logs_missing": missing,
        "changes": None if changes is None else str(changes),
    }
    (stage / "dataset.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _cannot_write(out: Path, error: OSError) -> OutputError:
    return OutputError(
        f"Cannot write {out}: {error.strerror or error}.",
        "The disk may be full or the folder read-only.",
        "Choose another place.",
    )
