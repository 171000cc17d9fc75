"""Cut the power of a clip's flash at every operation of a session, and at many random ones.

Usage: python tools/powercut.py [--cuts 100000] [--minutes 30] [--seed 1] [--jobs 2] [--write]. The
clip's own store, journal and configuration run on a model of the flash and its FAT volume
(`tools/flashmodel`). After each cut the clip is started: everything committed must still be there,
and fsck.vfat must find no error in the volume. Also measured: wear and capacity, the cost of a
start, and the effect of writing the configuration as an ordinary file. With --write the figures are
stored in tools/measured/powercut.json, which `write_docs.py` reads. Exits with 1 if a committed
page is lost, a start fails or a volume is broken.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in (".", "shared", "device/lib", "host")]

from tools.flashmodel import start, volumes, wear  # noqa: E402 (found only through the paths above)
from tools.flashmodel.chip import apply, tear  # noqa: E402
from tools.flashmodel.session import (  # noqa: E402
    Clip,
    Drive,
    RewritingDrive,
    WriteLog,
    check,
    live,
    live_once,
)

MEASURED = ROOT / "tools" / "measured" / "powercut.json"
LOG_PAGES = 48
LOGS_PAGES = (14, LOG_PAGES)  # of random lives: the short log is soon full
SESSIONS = 5  # of one life, each begun after a cut in the one before
CUTS_A_SESSION = 100
THROUGH_SHARE = 0.15  # drives that write through: page positions cannot be measured there
REWRITING_CUTS = 2000
WRONG = ("lost", "failed starts", "fsck broken", "given up though not pulled")


def main() -> int:
    """Run the command line; return 1 if something was lost."""
    options = _options()
    found = {
        "random": _sorted(random_cuts(options.cuts, options.seed, options.jobs)),
        "every": _sorted(every_cut(options.seed, options.minutes)),
        "minutes": options.minutes,
        "rewriting": _sorted(random_cuts(REWRITING_CUTS, 1, options.jobs, RewritingDrive)),
        "steps": wear.measured(raw=False),
        "raw": wear.measured(raw=True),
        "start": start.measured(),
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    if options.write:
        MEASURED.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 1 if any(found[how][name] for how in ("random", "every") for name in WRONG) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cuts", type=int, default=100_000, help="random cuts")
    parser.add_argument(
        "--minutes", type=float, default=30, help="of the session that is cut at every operation"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {MEASURED.name}")
    return parser.parse_args()


def _sorted(tally: Counter[str]) -> dict[str, int]:
    """Return the tally sorted by name, including the counts that must be 0."""
    return {name: tally[name] for name in sorted({*tally, *WRONG})}


def random_cuts(cuts: int, seed: int, jobs: int = 1, kind: type[Drive] = Drive) -> Counter[str]:
    """Cut at random operations, in as many simulated lives as needed; return the tally."""
    lives = -(-cuts // (SESSIONS * CUTS_A_SESSION))
    each = -(-cuts // (lives * SESSIONS))
    shares = [(seed * 1_000_003 + i, each, kind) for i in range(lives)]
    if jobs == 1:
        return added(one_life(*share) for share in shares)
    with ProcessPoolExecutor(jobs) as pool:
        return added(pool.map(one_life, *zip(*shares, strict=True)))


def added(tallies: Iterable[Counter[str]]) -> Counter[str]:
    """Return the sum of the tallies; for names that begin with "most", the maximum."""
    total: Counter[str] = Counter()
    for tally in tallies:
        for name, count in tally.items():
            total[name] = max(total[name], count) if name.startswith("most") else (
                total[name] + count
            )  # fmt: skip
    return total


def one_life(seed: int, cuts: int, kind: type[Drive] = Drive) -> Counter[str]:
    """Simulate a clip from installation through several sessions, each ended by a cut."""
    chance = random.Random(seed)
    volume = volumes.made(chance, chance.choice(LOGS_PAGES))
    writes_through = chance.random() < THROUGH_SHARE
    image = bytearray(volume.image)
    before = WriteLog()
    bench = Bench(volume, chance)
    for _ in range(SESSIONS):
        clip = started(image, writes_through, before, kind)
        live(clip, chance)
        image, after = bench.cut(image, clip, chance.choices(range(clip.operations), k=cuts))
        if after is None:
            break  # the clip no longer starts
        before = after
    return bench.tally


def every_cut(seed: int, minutes: float) -> Counter[str]:
    """Simulate one session with a run of ``minutes``; cut at each of its flash operations."""
    chance = random.Random(seed)
    volume = volumes.made(chance, LOG_PAGES)
    image = bytearray(volume.image)
    clip = started(image, False, WriteLog())
    live_once(clip, minutes)
    bench = Bench(volume, chance)
    bench.cut(image, clip, list(range(clip.operations)))
    return bench.tally


def started(
    image: bytearray, writes_through: bool, before: WriteLog, kind: type[Drive] = Drive
) -> Clip:
    """Return a clip on a copy of ``image`` that must still hold what ``before`` has."""
    clip = Clip(bytearray(image), writes_through, kind)
    clip.writes.pages.update(before.pages)
    clip.writes.sessions.extend(before.sessions)
    clip.writes.pulled.update(before.pulled)
    clip.writes.last_run.extend(before.last_run)
    return clip


class Bench:
    """Test bench: cuts sessions on ``volume`` and counts the results in ``tally``."""

    def __init__(self, volume: volumes.Volume, chance: random.Random) -> None:
        self.tally: Counter[str] = Counter()
        self._volume = volume
        self._chance = chance
        self._checked: dict[bytes, str] = {}  # fsck's result, by the part of a volume it reads

    def cut(
        self, base: bytearray, clip: Clip, cut_at: list[int]
    ) -> tuple[bytearray, WriteLog | None]:
        """Repeat a session's operations on ``base`` and cut at each of ``cut_at``.

        Return the image after one of the cuts and what a start found there (None if it failed).
        """
        self._note(clip.writes)
        image = bytearray(base)
        stay = self._chance.choice(cut_at)
        outcome: tuple[bytearray, WriteLog | None] = image, None
        wanted = Counter(cut_at)
        for number, operation in enumerate(clip.chip.operations):
            for _ in range(wanted[number]):
                torn = bytearray(image)
                tear(torn, operation, self._chance)
                found = self._judge(torn, clip, number)
                if number == stay:
                    outcome = torn, found
            apply(image, operation)
        return outcome

    def _note(self, writes: WriteLog) -> None:
        """Add the figures of a session before its cuts."""
        tally = self.tally
        tally["sessions"] += 1
        tally["runs given up for others"] += len(writes.given_up)
        tally["given up though not pulled"] += len(writes.unpulled)
        tally["most ms of a run lost"] = max(tally["most ms of a run lost"], writes.loss_ms)

    def _judge(self, image: bytearray, before: Clip, at: int) -> WriteLog | None:
        """Start the clip on a cut image; count errors; return what it holds, None if it failed."""
        tally = self.tally
        tally["cuts"] += 1
        tally["fsck " + self._fsck(image)] += 1
        try:
            clip = Clip(bytearray(image), kind=type(before.drive))
            wrong = check(clip, self._volume.others, before.writes, at)
        except (OSError, ValueError, KeyError, IndexError) as error:
            tally["failed starts"] += 1
            tally[f"failed: {error!r}"] += 1
            return None
        tally["pages looked for"] += len(before.writes.pages)
        tally["configuration fell back"] += bool(clip.config.damaged)
        tally["lost"] += bool(wrong)
        for word in wrong:
            tally["wrong: " + word.split(" ")[0]] += 1
        return _found(clip)

    def _fsck(self, image: bytearray) -> str:
        """Return fsck.vfat's result; cached by the part it reads, which most cuts do not change."""
        part = hashlib.sha256(volumes.table_of(image)).digest()
        if part not in self._checked:
            self._checked[part] = volumes.fsck(image) or "not there"
            self.tally["tables looked at by fsck"] += 1
        return self._checked[part]


def _found(clip: Clip) -> WriteLog:
    """Return what a started clip holds."""
    found = WriteLog()
    for run in clip.store.runs:
        for number in range(run.pages):
            page = clip.archive.read(run.run_id, number)
            if page is not None:
                found.pages[run.run_id, number] = [(0, bytes(page))]
        if clip.store.pulled.has(run.run_id):
            found.pulled[run.run_id] = 0
    if clip.config.found:
        found.sessions.append((0, clip.config.sessions))
    found.last_run.append((0, clip.store.last_run))
    return found


if __name__ == "__main__":
    sys.exit(main())
