"""A study as a data set: CSV tables, a data dictionary, and the facts of the study for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from leancore import __version__

from leancue.basis.files import new_folder
from leancue.study import retention
from leancue.study.outcomes import Outcome
from leancue.study.retention import Person, Retention
from leancue.study.study_file import Study

Pseudonym = Callable[[str, str], str]


class Column(NamedTuple):
    """A column: its name, type, unit, meaning."""

    name: str
    type: str
    unit: str
    meaning: str


_WHO = Column(
    "participant", "text", "", "pseudonym; the same as `patient` in a cohort with this key"
)
TABLES: dict[str, tuple[Column, ...]] = {
    "sessions": (
        _WHO,
        Column("session", "integer", "", "number in the participant's order, from 1"),
        Column("block", "integer", "", "block of the randomisation, from 1; 0 = lead-in"),
        Column("condition", "text", "", "as drawn: `cues` (all the time) or `no cues` (cap only)"),
        Column("day", "integer", "days", "of the first run, since enrolment; empty without a run"),
        Column("runs", "integer", "runs", "runs of the session"),
        Column("running_s", "number", "s", "running in them"),
        Column("in_band", "number", "1", "share of the judged time in the band, 0 to 1"),
        Column("mean_lean_deg", "number", "deg",
               "mean lean at the lower back, relative to standing"),
        Column("cues", "integer", "cues", "cues that ask for a correction, including cap cues"),
        Column("remark", "text", "", "what differs from the plan; empty if nothing does"),
    ),
    "participants": (
        _WHO,
        Column("with_cues", "number", "1", "mean of `in_band` over the sessions with cues"),
        Column("without_cues", "number", "1", "the same over those without: retention"),
        Column("blocks", "integer", "blocks", "blocks in which both conditions have a run"),
        Column("difference", "number", "1", "mean over blocks of without minus with cues"),
        Column("difference_low", "number", "1", "its 95 % interval over blocks, lower end"),
        Column("difference_high", "number", "1", "upper end; empty with fewer than two blocks"),
    ),
}  # fmt: skip
WORDS = {"sessions": "one row for each session", "participants": "one row for each participant"}
_README = """# The data set of the study {name}, made by LeanCue {version}

Participants bear keyed hashes; days count from their enrolment. The lead-in (block 0) was not
randomised and is in no mean. Sessions count as they were drawn. The interval of a mean is
Student's, 95 % (doi 10.1093/biomet/6.1.1).

LeanCue coaches running posture; it makes no diagnosis and treats nothing.
"""


def write(
    study: Study, found: Sequence[Outcome], analysed: Retention, pseudonym: Pseudonym, out: Path
) -> Path:
    """Write the data set into the new folder ``out``, whole or not at all; OutputError.

    ``pseudonym``: function of a kind (``patient``) and a code.
    """
    with new_folder(out) as stage:
        _write(stage, "sessions", (_session(one, pseudonym) for one in found))
        _write(stage, "participants", (_person(one, pseudonym) for one in analysed.people))
        rows = [(name, *column) for name, columns in TABLES.items() for column in columns]
        header = ("table", "column", "type", "unit", "meaning")
        (stage / "data_dictionary.csv").write_text(_csv(header, rows), "utf-8")
        (stage / "study.json").write_text(json.dumps(_facts(study, analysed), indent=1) + "\n")
        head = _README.format(name=study.name, version=__version__)
        (stage / "README.md").write_text(f"{head}\n{dictionary()}\n", "utf-8")
    return out


def dictionary() -> str:
    """Return all tables, column by column, as Markdown."""
    return "\n\n".join(f"## {name}.csv: {WORDS[name]}\n\n{described(name)}" for name in TABLES)


def described(name: str) -> str:
    """Return a table's columns as a Markdown table."""
    rows = ["| column | type | unit | what |", "|---|---|---|---|"]
    rows += [f"| {c.name} | {c.type} | {c.unit} | {c.meaning} |" for c in TABLES[name]]
    return "\n".join(rows)


def _write(stage: Path, name: str, rows: Iterable[dict[str, Any]]) -> None:
    names = [column.name for column in TABLES[name]]
    text = _csv(names, [[_said(row[key]) for key in names] for row in rows])
    (stage / f"{name}.csv").write_text(text, "utf-8")


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _said(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.4f}"
    return "" if value is None else value


def _session(one: Outcome, pseudonym: Pseudonym) -> dict[str, Any]:
    return {
        **asdict(one), "participant": pseudonym("patient", one.code), "session": one.session + 1,
    }  # fmt: skip


def _person(one: Person, pseudonym: Pseudonym) -> dict[str, Any]:
    difference = one.difference
    return {
        "participant": pseudonym("patient", one.code), "with_cues": one.with_cues,
        "without_cues": one.without_cues, "blocks": difference.n, "difference": difference.mean,
        "difference_low": difference.low, "difference_high": difference.high,
    }  # fmt: skip


def _facts(study: Study, analysed: Retention) -> dict[str, Any]:
    """The facts for programs, without codes."""
    return {
        "leancue": __version__, "study": study.name, "made_s": study.made_s,
        "unlocked_s": study.unlocked_s, "design": study.design._asdict(),
        "key_sha256": study.key_sha256, "participants": len(study.participants),
        "planned_sessions": analysed.planned, "counted_sessions": analysed.counted,
        "other_than_planned": analysed.remarks, "level": retention.LEVEL,
        "with_cues": asdict(analysed.with_cues), "without_cues": asdict(analysed.without_cues),
        "difference": asdict(analysed.difference),
    }  # fmt: skip
