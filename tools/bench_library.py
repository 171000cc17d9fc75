"""Measure the library: reading a large one, filing a run, kills, a cohort.

Usage: python tools/bench_library.py [--only reading,care,filing,kills,cohort] [--write FILE]. Logs
are those of the simulated clip and of the example patient. Times are wall-clock times; the speed-up
is measured in processor time, which a busy machine does not change. This is not a test.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.cohort import parallel_analysis, parameter_changes  # noqa: E402 (found only through the paths above)
from leancue.library import Library, example_patient  # noqa: E402

from tools import crash_library, library_logs  # noqa: E402
from tools.accuracy.figures import Figure  # noqa: E402
from tools.accuracy.table import table  # noqa: E402
from tools.crash_states import OPERATIONS  # noqa: E402

Options = argparse.Namespace
Part = Callable[[Options, Path], Iterator[Figure]]
_COUNTED = ("kills", "inside", "bad")
_STRIDE = 20  # steps; there are about a thousand in all
_CHANGED = ("offset_low_deg=6", "refractory_ms=6000")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Wall-clock seconds of ``work``, and its result."""
    began_s = time.perf_counter()
    result = work()
    return time.perf_counter() - began_s, result


def often(works: Sequence[Callable[[], Any]]) -> tuple[float, str]:
    """Return the shortest wall-clock seconds of ``works``, and the load as text.

    The shortest, because other programs slow a busy machine down; the longest is reported too.
    """
    cpu_s = time.process_time()
    spent_s = [timed(work)[0] for work in works]
    cpu_s = (time.process_time() - cpu_s) / len(works)
    slowest = f"fastest of {len(works)}, slowest {max(spent_s):.2f} s"
    busy = f"processor time {cpu_s:.2f} s, load {_load()}"
    return min(spent_s), f"{slowest}; {busy}"


def _load() -> str:
    """How many programs are waiting for a processor, as text."""
    load = f"{os.getloadavg()[0]:.0f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{load} on {os.cpu_count()} processors"


def reading(options: Options, folder: Path) -> Iterator[Figure]:
    """A library of many patients: filling it as runs arrive, opening, listing, one patient."""
    place = options.library or folder / "library"
    size = f"{options.patients} patients × {options.runs} runs"
    if not place.exists():
        filing_s = _fill(place, options.patients, options.runs)
        yield Figure("reading", "file_s", "filing a run without raw samples, median",
                     statistics.median(filing_s), "s", note=size)  # fmt: skip
    opening_s, note = often([lambda: Library(place).close()] * 5)
    yield Figure("reading", "open_s", "opening", opening_s, "s", note=f"{size}; {note}")
    with Library(place, clock=lambda: library_logs.NOW_S) as library:
        codes = [patient.code for patient in library.patients.all()]
        listed_s, note = often([library.overview] * 20)
        yield Figure("reading", "list_s", "list of patients", listed_s, "s",
                     at_most=0.3, note=f"{size}; {note}")  # fmt: skip
        chart_s, note = often([partial(library.chart, code) for code in codes[:40]])
        yield Figure("reading", "patient_s", "one patient", chart_s, "s",
                     at_most=0.5, note=f"{size}; {note}")  # fmt: skip


def care(options: Options, folder: Path) -> Iterator[Figure]:
    """Making and removing the example patient; a backup with its checks."""
    with Library(folder / "care") as library:
        example_s, note = often([partial(_example_anew, library)] * 5)
        yield Figure("care", "example_s", "the example patient removed and made", example_s, "s",
                     at_most=3, note=note)  # fmt: skip
        backup_s, note = often([partial(library.backup, folder / "backups")])
        yield Figure("care", "backup_s", "a backup of eight runs", backup_s, "s", note=note)
        erase_s, note = often([library.remove_example])
        yield Figure("care", "erase_s", "erasing a patient of eight runs", erase_s, "s", note=note)


def _example_anew(library: Library) -> None:
    library.remove_example()
    library.add_example()


def _fill(place: Path, patients: int, runs: int) -> list[float]:
    """File all runs one by one, as they would arrive; return the time of each."""
    filing_s = []
    with Library(place, clock=lambda: library_logs.NOW_S) as library:
        for code, logs in library_logs.clinic(patients, runs):
            library.patients.add(code)
            library.prescriptions.add(code, {"baseline_cdeg": example_patient.OWN_CDEG}, "bench")
            for log in logs:
                spent_s, (filing,) = timed(partial(library.file_run, log))
                if filing.outcome != "filed":
                    raise SystemExit(f"{code}: {filing.outcome}: {filing.run.words}")
                filing_s.append(spent_s)
    return filing_s


def filing(options: Options, folder: Path) -> Iterator[Figure]:
    """From the last byte of a pulled run of half an hour with raw samples to seeing it."""
    path = folder / "pulled.leanrun"
    path.write_bytes(library_logs.raw_log(60 * options.minutes, 1))
    places = iter(range(5))

    def file_it() -> None:
        with Library(folder / f"filing{next(places)}") as library:
            library.patients.add("P-RAW")
            (filing,) = library.file_run(path)
            if not library.chart("P-RAW").points:
                raise SystemExit(f"not filed: {filing.run.words}")

    visible_s, note = often([file_it] * 5)
    size = f"{options.minutes:g} min, {path.stat().st_size / 1e6:.1f} MB, a new library each time"
    yield Figure("filing", "visible_s", "last byte pulled → visible", visible_s, "s",
                 at_most=1, note=f"{size}; {note}")  # fmt: skip


def kills(options: Options, folder: Path) -> Iterator[Figure]:
    """All kinds of work, killed at random and at some steps (all: `crash_library.py --every`)."""
    benches = [partial(crash_library.Bench, operation) for operation in OPERATIONS]
    some = [
        bench(folder / "random").at_random(-(-options.kills // len(benches)), seed=1)
        for bench in benches
    ]
    every = [bench(folder / "every").every_step(_STRIDE) for bench in benches]
    for name, tallies in (("at random", some), (f"at every {_STRIDE}th step", every)):
        key = "at_random" if tallies is some else "at_steps"
        count, inside, bad = (sum(getattr(t, of) for t in tallies) for of in _COUNTED)
        note = f"{count} kills, {inside} of them before the work was over"
        yield Figure("kills", f"killed_{key}", f"killed {name}: library broken or file lost", bad,
                     "", at_most=0, note=note)  # fmt: skip


def cohort(options: Options, folder: Path) -> Iterator[Figure]:
    """Short raw runs analysed again by one process and by two, in turn; the same on a cluster."""
    paths = _short_runs(folder / "runs", options.cohort)
    asked = parameter_changes.read(_CHANGED)
    ratios, overheads, found = [], [], []
    for _ in range(options.rounds):
        one_s, one_cpu_s, alone = _spent(lambda: parallel_analysis.locally(paths, asked, workers=1))
        two_s, two_cpu_s, both = _spent(lambda: parallel_analysis.locally(paths, asked, workers=2))
        ratios.append(one_s / two_s)
        overheads.append(two_cpu_s / one_cpu_s)
        found += [alone, both]
        sys.stderr.write(f"one process {one_s:.1f} s, two {two_s:.1f} s\n")
    cluster_s, there = timed(lambda: _on_cluster(paths, asked, folder))
    if any(answer.why_not for answer in there):
        raise SystemExit("a run could not be analysed")
    rounds = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    yield Figure("cohort", "speed_up", "speed-up of two processes over one, by processor time "
                 "(2 × one / two)", 2 / statistics.median(overheads), "×", at_least=1.7,
                 note=f"{len(paths)} runs")  # fmt: skip
    yield Figure("cohort", "speed_up_wall", "the same by the clock, beside other programs",
                 statistics.median(ratios), "×",
                 note=f"load {_load()}; rounds: {rounds}")  # fmt: skip
    yield Figure("cohort", "differing", "runs with another result: one, two, a cluster of two",
                 sum(len({repr(a) for a in row}) > 1 for row in zip(*found, there, strict=True)),
                 "runs", at_most=0)  # fmt: skip
    yield Figure("cohort", "cluster_s", "the same on a local Dask cluster of two workers",
                 cluster_s, "s", note="its start included")  # fmt: skip


def _spent(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall-clock seconds, processor seconds of this process and its ended children, result."""
    before = os.times()
    wall_s, result = timed(work)
    after = os.times()
    return wall_s, sum(after[:4]) - sum(before[:4]), result


def _short_runs(folder: Path, count: int, kinds: int = 12) -> list[Path]:
    """Raw runs of 10 s: a few kinds of runner, each many times with different numbers."""
    folder.mkdir()
    logs = [library_logs.raw_log(10, seed) for seed in range(min(kinds, count))]
    paths = []
    for i in range(count):
        path = folder / f"{i}.leanrun"
        path.write_bytes(library_logs.stamped(logs[i % len(logs)], i + 1, {}))
        paths.append(path)
    return paths


def _on_cluster(paths: list[Path], asked: parameter_changes.Changes, folder: Path) -> list[Any]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(folder)
    ) as cluster:
        return parallel_analysis.on_cluster(paths, asked, cluster.scheduler_address)


PARTS: dict[str, Part] = {
    "reading": reading, "care": care, "filing": filing, "kills": kills, "cohort": cohort,
}  # fmt: skip


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    summary, _, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    parser.add_argument("--only", default=",".join(PARTS), metavar="A,B", help="parts")
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--runs", type=int, default=30, help="of each patient")
    parser.add_argument("--library", type=Path, metavar="DIR", help="where the large library is "
                        "made, or is from an earlier time; else it is thrown away")  # fmt: skip
    parser.add_argument("--minutes", type=float, default=30, help="of the run that is filed")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--cohort", type=int, default=1000, help="runs that are analysed anew")
    parser.add_argument("--rounds", type=int, default=3, help="of one process and two")
    parser.add_argument("--write", type=Path, metavar="FILE", help="figures as JSON; parts that "
                        "were not measured stay as they are")  # fmt: skip
    options = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as name:
        for part in options.only.split(","):
            figures += list(PARTS[part.strip()](options, Path(name)))
    sys.stdout.write(table(figures) + "\n")
    if options.write:
        _write(options.write, figures)
    return 1 if any(figure.reached is False for figure in figures) else 0


def _write(path: Path, figures: list[Figure]) -> None:
    kept = json.loads(path.read_text("utf-8"))["figures"] if path.exists() else {}
    of_parts = {figure.part for figure in figures}
    kept = {key: row for key, row in kept.items() if row["part"] not in of_parts or key == "file_s"}
    kept |= {figure.key: figure.as_dict() for figure in figures}
    path.write_text(json.dumps({"figures": kept}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
