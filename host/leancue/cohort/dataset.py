"""The library as a Parquet data set: pseudonymous, partitioned by patient, described in itself.

Codes of patients and UIDs of clips become keyed hashes; times become days since the patient's
first run; notes stay at home. The key is random and forgotten, unless it is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from leancore import __version__

from leancue.basis.errors import LogError, OutputError
from leancue.basis.files import write_atomically
from leancue.cohort import dataset_schema
from leancue.cohort.dataset_rows import MAKERS, Member, analysis_table
from leancue.cohort.dataset_schema import TABLES, WORDS
from leancue.cohort.parallel_analysis import Keep
from leancue.cohort.parameter_changes import Changes
from leancue.cohort.pseudonyms import Pseudonyms
from leancue.cohort.reanalysis import Analysis
from leancue.cohort.unfinished import Journal, Unfinished
from leancue.library import Library
from leancue.runs.runlog import Run
from leancue.runs.trend import DAY_S

Progress = Callable[[int, int], None]
_README = """# A data set of runs, made by LeanCue {version}

Pseudonymous: patients and clips bear keyed hashes, days count from the patient's first run. Lean
is lean at the lower back, relative to standing, with an error of some degrees. Each table is a
folder, partitioned by patient (`patient=PSEUDONYM`), and is read whole with
`pyarrow.dataset.dataset("runs", partitioning="hive")`.

"""


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
        self.pseudonym = Pseudonyms(key).of
        self.members = tuple(self._gather(example))

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
                clip = self.pseudonym("clip", row.uid)
                yield Member(pseudonym, clip, number, day, pain, row)
                number += 1

    def paths(self) -> list[Path]:
        """Return the files of all runs, in order."""
        return [self.library.runs.path(member.row.id) for member in self.members]


def analysed(
    cohort: Cohort, journal: Journal, work: Callable[[list[Path], Keep], Any]
) -> list[Analysis]:
    """Analyse every run of the cohort that the journal does not have; return all, in order.

    ``work``: gets the files that are left, and what keeps each analysis as it comes.
    """
    left = [m for m in cohort.members if m.row.log_sha256 not in journal.done]
    paths = [cohort.library.runs.path(member.row.id) for member in left]
    work(paths, lambda number, found: journal.add(left[number].row.log_sha256, found))
    return [journal.done[member.row.log_sha256] for member in cohort.members]


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

    As ``write_on``, which goes on with what was done of it before.
    """
    with Unfinished(out) as unfinished:
        write_on(unfinished, cohort, raw=raw, changes=changes, analyses=analyses, progress=progress)
    return out


def write_on(
    unfinished: Unfinished,
    cohort: Cohort,
    *,
    raw: bool = False,
    changes: Changes | None = None,
    analyses: Sequence[Analysis] = (),
    progress: Progress | None = None,
) -> None:
    """Write what is left of a data set, and finish it.

    ``raw``: the samples too. ``changes``, ``analyses``: what ``analysed`` made of the cohort.

    Raises:
        OutputError: where it cannot be written.
    """
    stage, marks = unfinished.stage(raw, cohort.members)
    try:
        missing = _write_runs(cohort, stage, marks, raw, progress or (lambda done, total: None))
        if changes is not None:
            _write_analyses(cohort, stage, analyses)
        _describe(stage, cohort, changes, missing)
        unfinished.finish()
    except OSError as error:
        raise OutputError(
            f"Cannot write {unfinished.out}: {error.strerror or error}.",
            "The disk may be full.",
            "Free some space and type the command again: it continues where it stopped.",
        ) from error


def _write_runs(cohort: Cohort, stage: Path, marks: Path, raw: bool, tell: Progress) -> int:
    """Write runs, steps, cues and perhaps samples; return how many logs could not be read.

    A patient whose mark is there is done; the mark says how many logs of theirs could not be read.
    """
    names = [name for name in ("runs", "steps", "cues", "samples") if raw or name != "samples"]
    missing = done = 0
    for patient, members in _by_patient(cohort.members):
        mark = marks / patient
        if not mark.exists():
            count = _write_patient(cohort, stage, names, patient, members)
            write_atomically(mark, str(count))
        missing += int(mark.read_text())
        done += len(members)
        tell(done, len(cohort.members))
    return missing


def _write_patient(
    cohort: Cohort, stage: Path, names: Sequence[str], patient: str, members: Sequence[Member]
) -> int:
    """Write one patient's tables; return how many logs could not be read."""
    found: dict[str, list[pa.Table]] = {name: [] for name in names}
    missing = 0
    for member in members:
        try:
            run: Run | None = cohort.library.runs.log(member.row.id)
        except LogError:
            run, missing = None, missing + 1
        for name in names:
            found[name].append(MAKERS[name](member, run))
    for name, tables in found.items():
        _write_table(stage, name, patient, pa.concat_tables(tables))
    return missing


def _by_patient(members: Sequence[Member]) -> Iterator[tuple[str, list[Member]]]:
    for patient in dict.fromkeys(member.patient for member in members):
        yield patient, [member for member in members if member.patient == patient]


def _write_table(stage: Path, name: str, patient: str, table: pa.Table) -> None:
    folder = stage / name / f"patient={patient}"
    folder.mkdir(parents=True, exist_ok=True)  # a kill may have left half of it
    pq.write_table(table.drop_columns(["patient"]), folder / "part-0.parquet", compression="zstd")


def _write_analyses(cohort: Cohort, stage: Path, analyses: Sequence[Analysis]) -> None:
    by_number = dict(zip((m.number for m in cohort.members), analyses, strict=True))
    for patient, members in _by_patient(cohort.members):
        table = analysis_table(members, [by_number[m.number] for m in members])
        _write_table(stage, "analysis", patient, table)


def _describe(stage: Path, cohort: Cohort, changes: Changes | None, missing: int) -> None:
    """Write the README, made of the schema, and the facts for programs."""
    tables = [name for name in TABLES if (stage / name).exists()]
    parts = [f"## {name}: {WORDS[name]}\n\n{dataset_schema.described(name)}\n" for name in tables]
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
