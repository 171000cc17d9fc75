"""A session on the clip: the device's own store, journal and configuration on the flash model.

``WriteLog`` records what must still be there after a cut at any flash operation.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from leancore import pipeline
from leancore.coaching import prescription
from leancore.pipeline import Pipeline
from leancore.runlog.pages import Header
from leancore.schema import settings
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q, Sample
from leandevice.storage import sector_alignment
from leandevice.storage.drive import Drive
from leandevice.storage.run_archive import RunArchive
from leandevice.storage.run_recorder import RunRecorder
from leandevice.storage.run_store import RunStore
from leandevice.storage.stored_config import StoredConfig

from tools.flashmodel.chip import Chip
from tools.flashmodel.disk import Disk
from tools.flashmodel.fat import Fat
from tools.flashmodel.files import File

STEP_MS = 357  # 168 steps a minute
SAMPLE_MS = 10
TENTH_MS = 100

Key = tuple[int, int]  # run id, page number


@dataclass
class WriteLog:
    """Everything written, with the number of flash operations after which it was on the flash.

    ``pages``: versions of each page; ``gone``: pages given up or erased, and when;
    ``sessions``: values of the configuration; ``pulled``: runs; ``last_run``: highest run id;
    ``given_up``: runs overwritten by later ones, ``unpulled``: those not marked as pulled;
    ``loss_ms``: longest part of a run that a cut could have lost.
    """

    pages: dict[Key, list[tuple[int, bytes]]] = field(default_factory=dict)
    gone: dict[Key, int] = field(default_factory=dict)
    sessions: list[tuple[int, int]] = field(default_factory=list)
    pulled: dict[int, int] = field(default_factory=dict)
    last_run: list[tuple[int, int]] = field(default_factory=list)
    given_up: set[int] = field(default_factory=set)
    unpulled: set[int] = field(default_factory=set)
    loss_ms: int = 0
    kept_ms: int = 0  # time of the run up to which its records are on the flash
    waiting: list[Any] = field(default_factory=list)

    def kept(self, until_ms: int, now_ms: int) -> None:
        """Note that records up to ``until_ms`` of a run reached the flash at ``now_ms``."""
        self.loss_ms = max(self.loss_ms, now_ms - self.kept_ms)
        self.kept_ms = until_ms

    def settled(self, operations: int) -> None:
        """Call the waiting notes: everything written is on the flash."""
        for note in self.waiting:
            note(operations)
        self.waiting.clear()


class Clip:
    """A clip started on an image: ``store``, ``config``, ``journal``, and the ``writes``."""

    def __init__(
        self, image: bytearray, writes_through: bool = False, kind: type[Drive] = Drive
    ) -> None:
        self.chip = Chip(image)
        self.disk = Disk(self.chip, writes_through)
        fat = Fat(self.disk)
        self.files = fat
        self.drive = kind(
            lambda path, mode: File(fat, path, mode),
            fat.size_of,
            True,
            lambda file: sector_alignment.measure(file, lambda: self.disk.now_ms),
        )
        self.writes = WriteLog()
        self.now_ms = 0
        self.config = StoredConfig(self.drive)
        self.store = WatchedStore(self)
        self.archive = WatchedArchive(self)
        self.recorder = RunRecorder(self.store, lambda: 0)
        self.disk.on_clean = lambda: self.writes.settled(self.operations)

    @property
    def operations(self) -> int:
        """Number of flash operations so far."""
        return len(self.chip.operations)

    def wait(self, note: Any) -> None:
        """Call ``note`` with the number of operations once everything written is on the flash."""
        self.writes.waiting.append(note)
        if self.disk.is_clean:
            self.writes.settled(self.operations)

    def save(self) -> None:
        """Increase the session count in the configuration and save it."""
        self.config.sessions += 1
        value = self.config.sessions
        self.config.save()
        self.wait(lambda at: self.writes.sessions.append((at, value)))

    def run(self, seconds: float, raw: bool) -> int:
        """Record a run; return its id."""
        run_id = max(self.config.last_run, self.store.last_run) + 1
        tr = Pipeline(settings.checked({}), prescription.checked({"raw": int(raw)}))
        sample = Sample()
        sample.flags = HAS_Q | HAS_A | HAS_G
        start_ms = step_ms = self.writes.kept_ms = self.now_ms
        self.recorder.step(start_ms)
        self.recorder.begin(run_id, tr, pipeline.RUN_BEGAN, start_ms, {"uid": "00"})
        for since_ms in range(SAMPLE_MS, round(seconds * 1000), SAMPLE_MS):
            t_ms = self.now_ms = start_ms + since_ms
            stepped = t_ms - step_ms >= STEP_MS
            if stepped:
                step_ms = tr.steps.strike_ms = t_ms
            if stepped or raw:
                sample.t_ms = t_ms
                self.recorder.sample(tr, sample, pipeline.STEP if stepped else 0)
            self.recorder.step(t_ms)
            if since_ms % TENTH_MS == 0:
                self.disk.forward(TENTH_MS)
        self.recorder.close()
        self.store.settle()
        return run_id


class RewritingDrive(Drive):
    """Drive that rewrites and closes small files each time; a bad example, for comparison."""

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        with self._open(path, "rb") as file:
            return bytes(file.read()).rstrip(b"\0")

    def write(self, path: str, data: bytes) -> None:
        """Rewrite the file: its clusters are freed and allocated again, its entry is rewritten."""
        with self._open(path, "wb") as file:
            file.write(data)


class WatchedStore(RunStore):
    """The clip's store; also notes in the write log what it is asked to keep."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        super().__init__(clip.drive)

    def write(self, buf: Any, header: Header, until_ms: int = 0) -> bool:
        """Write a page, and note it."""
        kept = bool(super().write(buf, header, until_ms))
        writes, now_ms = self._clip.writes, self._clip.now_ms
        if not kept:
            writes.kept_ms = now_ms  # reported as a full log, not lost by a cut
        else:
            page, key = bytes(buf), (header.run_id, header.number)
            self._clip.wait(lambda _: writes.kept(now_ms, self._clip.now_ms))
            versions = writes.pages.setdefault(key, [])
            self._clip.wait(lambda at: versions.append((at, page)))
            self._clip.wait(lambda at: writes.last_run.append((at, key[0])))
        return kept

    def give_up(self, run: Any) -> int:
        """Give up a run, and note its pages as gone."""
        before = run.pages
        writes = self._clip.writes
        writes.given_up.add(run.run_id)
        if not self.pulled.has(run.run_id):
            writes.unpulled.add(run.run_id)
        slot = int(super().give_up(run))
        for number in range(run.pages if slot >= 0 else 0, before):
            writes.gone.setdefault((run.run_id, number), self._clip.operations)
        return slot


class WatchedArchive(RunArchive):
    """The clip's archive; also notes in the write log what it is asked to keep or to erase."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        super().__init__(clip.store)

    def mark_pulled(self, run_id: int) -> None:
        """Mark a run as pulled, and note it."""
        super().mark_pulled(run_id)
        self._clip.wait(lambda at: self._clip.writes.pulled.setdefault(run_id, at))

    def erase_some(self, run_id: int, most: int) -> int:
        """Erase some pages of a run, and note them as gone."""
        self._clip.writes.pulled.pop(run_id, None)
        for key in self._clip.writes.pages:
            if key[0] == run_id:
                self._clip.writes.gone.setdefault(key, self._clip.operations)
        return int(super().erase_some(run_id, most))


def live(clip: Clip, chance: random.Random) -> None:
    """Simulate a typical session: configure, run, pull, erase, in random order."""
    clip.save()
    for _ in range(chance.randrange(1, 4)):
        raw = chance.random() < 0.3
        run_id = clip.run(chance.uniform(3, 20) if raw else chance.uniform(5, 240), raw)
        clip.save()
        runs = [run.run_id for run in clip.store.runs]
        if runs and chance.random() < 0.6:
            clip.archive.mark_pulled(chance.choice(runs))
        if run_id in runs and chance.random() < 0.2:
            erase(clip, chance.choice(runs))
        elif chance.random() < 0.05:
            forget(clip)


def live_once(clip: Clip, minutes: float) -> None:
    """Simulate a fixed session that includes every kind of write."""
    clip.save()
    first = clip.run(minutes * 60, False)
    clip.save()
    clip.archive.mark_pulled(first)
    clip.run(10, True)
    erase(clip, first)
    clip.save()


def forget(clip: Clip) -> None:
    """Do what `leandevice.storage.factory_reset` does when the button is held until red."""
    writes = clip.writes
    clip.config.last_run = max(clip.config.last_run, clip.store.last_run)
    clip.config.forget()
    writes.pulled.clear()
    for key in writes.pages:
        writes.gone.setdefault(key, clip.operations)
    for _slot in clip.archive.forget():
        pass


def erase(clip: Clip, run_id: int) -> None:
    """Erase a run as the host requests it, a few pages at a time."""
    while clip.archive.erase_some(run_id, 4):
        pass
    clip.store.settle()


def check(clip: Clip, others: dict[str, bytes], writes: WriteLog, cut: int) -> list[str]:
    """Return the errors of a clip started after a cut at operation ``cut``."""
    wrong = [f"file {name}" for name, content in others.items() if _content(clip, name) != content]
    values = [value for at, value in writes.sessions if at <= cut]
    allowed = [value for at, value in writes.sessions if at > cut][:1] + values[-1:]
    if values and clip.config.sessions not in allowed:
        wrong.append(f"config {clip.config.sessions}, not one of {allowed}")
    wrong += [f"mark {run}" for run, at in writes.pulled.items()
              if at <= cut and clip.store.find(run) and not clip.store.pulled.has(run)]  # fmt: skip
    highest = max((run for at, run in writes.last_run if at <= cut), default=0)
    if max(clip.store.last_run, clip.config.last_run) < highest:
        wrong.append(f"run id {highest} may come again")
    return wrong + [f"page {key}" for key in lost_pages(clip, writes, cut)]


def lost_pages(clip: Clip, writes: WriteLog, cut: int) -> list[Key]:
    """Return the committed pages that read neither as committed nor as a later version."""
    lost = []
    for key, versions in writes.pages.items():
        if writes.gone.get(key, cut + 1) <= cut:
            continue
        committed = [i for i, (at, _) in enumerate(versions) if at <= cut]
        if committed and clip.archive.read(*key) not in [p for _, p in versions[committed[-1] :]]:
            lost.append(key)
    return lost


def _content(clip: Clip, name: str) -> bytes:
    with File(clip.files, name, "rb") as file:
        return file.read()
