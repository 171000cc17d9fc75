"""The operations killed by `crash_library.py`, with their initial and allowed final states."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.library import Library, example_patient  # noqa: E402 (found only through the paths above)
from leancue.runs.runlog import runs_of  # noqa: E402

from tools import library_logs  # noqa: E402

NOW_S = 1_790_000_000
KEPT, GOING = "KEEPALL", "EXAMPLE"  # as long as each other: a log bears the one or the other
LIBRARY, BACKUPS, _ELSEWHERE = "library", "backups", "elsewhere"
FOREIGN = ("thesis.pdf", "samples/letters/letter.docx", "samples/ab/notes.txt", "bin/mine.txt")
Runs = dict[int, bytes]  # of a patient's clip: number, pages


class _StopError(Exception):
    """An import ends here."""


def opened(world: Path, *, reading: bool = False) -> Library:
    """Open the library of a world."""
    return Library(world / LIBRARY, clock=lambda: NOW_S, reading=reading)


def runs_in(library: Library) -> Runs:
    """Every run of the library, each file read and checked."""
    rows = [run for p in library.patients.all(archived=True) for run in library.runs.of(p.code)]
    return {run.number: library.runs.data(run.id) for run in rows}


@dataclass(frozen=True)
class Operation:
    """Something that is killed.

    ``before``: makes the library and what else there is. ``do``: what is killed. ``may``: whether
    the runs (the first) may be what is left of those before (the second). ``wrong``: says what is
    wrong after it was done to the end.
    """

    name: str
    before: Callable[[Path], None]
    do: Callable[[Path], None]
    may: Callable[[Runs, Runs], bool]
    wrong: Callable[[Path], str] = lambda _world: ""


def logs() -> dict[str, list[bytes]]:
    """Logs of both patients: some whole, one that came in part, some with raw samples."""
    if not _LOGS:
        made = [log for _, _, log in example_patient.logs(NOW_S)][:4]
        raw = library_logs.raw_log(8, 1, "P-RAW")
        clips = {GOING: {b"00EXAMPLE00": b"00GOING0000"}, KEPT: {b"EXAMPLE": KEPT.encode()}}
        going, kept = (
            [library_logs.stamped(log, first + i, words) for i, log in enumerate(made)]
            for first, words in ((0, clips[GOING]), (10, clips[KEPT]))
        )
        _LOGS[GOING], _LOGS[KEPT] = going[:3], kept[:3]
        _LOGS["new"] = [going[3]]
        _LOGS["raw"] = [library_logs.stamped(raw, 20 + i, {}) for i in range(2)]
    return _LOGS


_LOGS: dict[str, list[bytes]] = {}


def _fill(world: Path) -> None:
    """A library of two patients, and files in its folders that are not its own."""
    with opened(world) as library:
        for code in (KEPT, GOING):
            library.patients.add(code)
            for log in logs()[code]:
                library.file_run(log)
    for name in FOREIGN:
        path = world / LIBRARY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")


def _with_part(world: Path) -> None:
    _fill(world)
    with opened(world) as library:
        library.file_run(logs()["new"][0][: 3 * 4096])


def _with_raw(world: Path) -> None:
    """Raw samples past their time, and a killed import's file; the bin is emptied at once."""
    _fill(world)
    with opened(world) as library:
        library.patients.add("P-RAW")
        for log in logs()["raw"]:
            library.file_run(log)
        library.options.set("bin_days", 0)
        library.options.set("retention_days", 1)
    stray = Library(world / LIBRARY, clock=lambda: NOW_S - 9 * 86_400)
    try:
        with stray._database.write() as db:
            stray.runs._keep(db, logs()["new"][0])
            raise _StopError
    except _StopError:
        stray.close()


def _with_backup(world: Path) -> None:
    """A backup, and a library that has gone on since: one patient erased, one run more."""
    _fill(world)
    with opened(world) as library:
        library.backup(world / BACKUPS)
        library.erase(library.erasure(GOING))
        library.patients.add(GOING)
        library.file_run(logs()["new"][0])


def _with_backup_alone(world: Path) -> None:
    _with_backup(world)
    (world / LIBRARY).rename(world / _ELSEWHERE)


def _import(world: Path) -> None:
    with opened(world) as library:
        for log in logs()["new"]:
            library.file_run(log)


def _erase(world: Path) -> None:
    with opened(world) as library:
        if library.patients.has(GOING):
            library.erase(library.erasure(GOING))


def _traces(world: Path) -> str:
    """What is left of the erased patient once the erasure is done."""
    files = [p for p in (world / LIBRARY).rglob("*") if p.is_file()]
    found = [str(path) for path in files if GOING.encode() in path.read_bytes()]
    return f"{GOING} stands in {', '.join(found)}" if found else ""


def _tidy(world: Path) -> None:
    with Library(world / LIBRARY, clock=lambda: NOW_S + 9 * 86_400) as library:
        library.tidy()


def _backup(world: Path) -> None:
    now_s = NOW_S + os.getpid()  # what a killed program began has another name
    with Library(world / LIBRARY, clock=lambda: now_s) as library:
        library.backup(world / BACKUPS)


def _restore(world: Path) -> None:
    (saved,) = (world / BACKUPS).iterdir()
    Library.restore(saved, world / LIBRARY)


def _all_of(patient: str) -> Runs:
    return {runs_of(log)[0].run_id: log for log in logs()[patient]}


def _import_may(now: Runs, before: Runs) -> bool:
    """The new run is there whole, in the part that had come, or not at all."""
    (new,) = _all_of("new").items()
    return now in (before, {**before, new[0]: new[1]})


def _erase_may(now: Runs, before: Runs) -> bool:
    """All of the patient's runs, or none."""
    return now in (before, _all_of(KEPT))


def _tidy_may(now: Runs, before: Runs) -> bool:
    """No run is lost; steps and cues of those without raw samples are what they were."""
    return now.keys() == before.keys() and all(
        runs_of(now[number])[0].decisions == runs_of(before[number])[0].decisions for number in now
    )


def _restore_may(now: Runs, before: Runs) -> bool:
    """The library before, or the backup's."""
    return now in (before, _all_of(KEPT) | _all_of(GOING))


OPERATIONS = (
    Operation("import", _fill, _import, _import_may),
    Operation("import of the rest", _with_part, _import, _import_may),
    Operation("erase", _fill, _erase, _erase_may, _traces),
    Operation("tidy", _with_raw, _tidy, _tidy_may),
    Operation("backup", _fill, _backup, lambda now, before: now == before),
    Operation("restore", _with_backup, _restore, _restore_may),
    Operation("restore to a new place", _with_backup_alone, _restore, _restore_may),
)


def foreign_lost(world: Path) -> int:
    """How many of the foreign files are not what they were."""
    moved = world / _ELSEWHERE
    there = moved if moved.exists() else world / LIBRARY
    return sum(_text(there / name) != "mine" for name in FOREIGN)


def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def copies(world: Path) -> Iterator[Path]:
    """Every library besides: finished backups, and what restores put aside."""
    yield from sorted((world / BACKUPS).glob("leancue-*"))
    yield from sorted(world.glob(f"{LIBRARY}-before-*"))
