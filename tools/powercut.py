"""Cut the power of a clip's flash at every operation of a session, and at many random ones.

Usage: python tools/powercut.py [--cuts 100000] [--every] [--rewriting] [--seed 1] [--jobs 2]. The
clip's own store, journal and configuration run on a model of the flash and of the FAT volume on it
(`tools/flashmodel`). After each cut the clip is started and everything that was committed must be
there. Exits with 1 where a committed page is lost or a start fails.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "shared"), str(ROOT / "device" / "lib"), str(ROOT / "host")]

from leancore.pages import PAGE_BYTES  # noqa: E402 (found only through the paths above)

from tools.flashmodel import volumes  # noqa: E402
from tools.flashmodel.chip import Chip, apply, tear  # noqa: E402
from tools.flashmodel.session import (  # noqa: E402
    Clip,
    Drive,
    RewritingDrive,
    Witness,
    check,
    live,
)

LOG_PAGES = 48
SESSIONS = 4  # of one life, each begun after a cut in the one before
CUTS_A_SESSION = 250
FSCK_EVERY = 400
THROUGH_SHARE = 0.15  # drives that write through: where the pages lie cannot be measured there
EIGHT_MB_PAGES = 2048


def main() -> int:
    """Entry point; 1 where something was lost."""
    options = _options()
    if options.every:
        tally = every_cut(options.seed)
        _say("every cut of one session", tally)
    else:
        kind = RewritingDrive if options.rewriting else Drive
        tally = random_cuts(options.cuts, options.seed, options.jobs, kind)
        _say(f"{tally['cuts']} random cuts", tally)
    for line in figures():
        sys.stdout.write(line + "\n")
    return 1 if tally["lost"] or tally["failed starts"] or tally["fsck broken"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cuts", type=int, default=100_000, help="random cuts")
    parser.add_argument("--every", action="store_true", help="all cuts of one session instead")
    parser.add_argument(
        "--rewriting", action="store_true",
        help="to compare: the configuration in files that are written anew at each change",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    return parser.parse_args()


def _say(what: str, tally: Counter[str]) -> None:
    sys.stdout.write(f"{what}:\n")
    for name in sorted(tally):
        sys.stdout.write(f"  {name}: {tally[name]}\n")
    for name in ("lost", "failed starts"):
        if not tally[name]:
            sys.stdout.write(f"  {name}: 0\n")


def random_cuts(cuts: int, seed: int, jobs: int = 1, kind: type[Drive] = Drive) -> Counter[str]:
    """Cut at random, in as many lives as it takes."""
    lives = -(-cuts // (SESSIONS * CUTS_A_SESSION))
    each = -(-cuts // (lives * SESSIONS))
    shares = [(seed * 1_000_003 + i, each, kind) for i in range(lives)]
    tally: Counter[str] = Counter()
    if jobs == 1:
        results = [one_life(*share) for share in shares]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            results = list(pool.map(one_life, *zip(*shares, strict=True)))
    for result in results:
        tally += result
    return tally


def one_life(seed: int, cuts: int, kind: type[Drive] = Drive) -> Counter[str]:
    """A clip from its installation through some sessions, each ended by a cut."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    volume = volumes.made(chance, LOG_PAGES)
    writes_through = chance.random() < THROUGH_SHARE
    image = bytearray(volume.image)
    before = Witness()
    for _ in range(SESSIONS):
        clip = started(image, writes_through, before, kind)
        live(clip, chance)
        cut_at = chance.choices(range(clip.operations), k=cuts)
        image, after = cut(image, clip, volume, cut_at, chance, tally)
        if after is None:
            break  # the clip does not start any more
        before = after
    tally["pages kept"] += len(before.pages)
    return tally


def every_cut(seed: int) -> Counter[str]:
    """One session, cut at each of its operations."""
    chance = random.Random(seed)
    tally: Counter[str] = Counter()
    volume = volumes.made(chance, LOG_PAGES)
    image = bytearray(volume.image)
    clip = started(image, False, Witness())
    live(clip, chance)
    cut(image, clip, volume, list(range(clip.operations)), chance, tally)
    return tally


def started(
    image: bytearray, writes_through: bool, before: Witness, kind: type[Drive] = Drive
) -> Clip:
    """A clip on a copy of ``image``; what is known from ``before`` is to be kept further on."""
    clip = Clip(bytearray(image), writes_through, kind)
    clip.witness.pages.update(before.pages)
    clip.witness.sessions.extend(before.sessions)
    clip.witness.pulled.update(before.pulled)
    clip.witness.last_run.extend(before.last_run)
    return clip


def cut(
    base: bytearray,
    clip: Clip,
    volume: volumes.Volume,
    cut_at: list[int],
    chance: random.Random,
    tally: Counter[str],
) -> tuple[bytearray, Witness | None]:
    """Repeat a session's operations on ``base`` and cut at each of ``cut_at``.

    Returns the image after one of the cuts, with what a start found there; None if it failed.
    """
    image = bytearray(base)
    stay = chance.choice(cut_at)
    outcome: tuple[bytearray, Witness | None] = image, None
    wanted = Counter(cut_at)
    for number, operation in enumerate(clip.chip.operations):
        for _ in range(wanted[number]):
            torn = bytearray(image)
            tear(torn, operation, chance)
            found = judged(torn, volume, clip, number, tally)
            if number == stay:
                outcome = torn, found
        apply(image, operation)
    return outcome


def judged(
    image: bytearray, volume: volumes.Volume, before: Clip, at: int, tally: Counter[str]
) -> Witness | None:
    """Start the clip on a cut image, and count what is wrong; returns what is there."""
    tally["cuts"] += 1
    if tally["cuts"] % FSCK_EVERY == 1:
        tally["fsck " + (volumes.fsck(image) or "not there")] += 1
    try:
        clip = Clip(bytearray(image), kind=type(before.drive))
        wrong = check(clip, volume.others, before.witness, at)
    except (OSError, ValueError, KeyError, IndexError) as error:
        tally["failed starts"] += 1
        tally[f"failed: {error!r}"] += 1
        return None
    tally["lost"] += bool(wrong)
    for word in wrong:
        tally["wrong: " + word.split(" ")[0]] += 1
    return _found(clip)


def _found(clip: Clip) -> Witness:
    """What a started clip has."""
    found = Witness()
    for run in clip.store.runs:
        for number in range(run.pages):
            page = clip.store.read(run.run_id, number)
            if page is not None:
                found.pages[run.run_id, number] = [(0, page)]
        if clip.store.marks.has(run.run_id):
            found.pulled[run.run_id] = 0
    if clip.config.found:
        found.sessions.append((0, clip.config.sessions))
    found.last_run.append((0, clip.store.last_run))
    return found


def figures() -> list[str]:
    """Wear and room: erases a minute, and what 8 MB hold."""
    lines = []
    for raw, seconds in ((False, 1200.0), (True, 60.0)):
        volume = volumes.made(random.Random(1), LOG_PAGES)
        clip = Clip(bytearray(volume.image))
        before = len(_erases(clip.chip))
        run_id = clip.run(seconds, raw)
        erases = len(_erases(clip.chip)) - before
        run = clip.store.find(run_id)
        pages_an_hour = (run.pages - 1) / seconds * 3600
        lines.append(
            f"{'with' if raw else 'without'} raw samples: {erases * 60 / seconds:.1f} erases a "
            f"minute, {pages_an_hour:.0f} pages an hour, "
            f"{EIGHT_MB_PAGES / pages_an_hour:.1f} hours in {EIGHT_MB_PAGES * PAGE_BYTES >> 20} MB"
        )
    return lines


def _erases(chip: Chip) -> list[int]:
    return [operation.address for operation in chip.operations if not operation.data]


if __name__ == "__main__":
    sys.exit(main())
