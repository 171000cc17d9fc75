"""Cases of the golden results: inputs with their configuration, and the outputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.expected import inputs, outputs
from tools.expected.outputs import Short
from tools.expected.product import Clip, Window, exported, replay, reported

EVERY = 200  # one in so many rows of a table of samples is kept
FORCE_PLATES = tuple(f"force_plate_{n:02d}" for n in (*range(0, 28, 2), 30))
OPTICAL = ("optical_05", "optical_07", "optical_15", "optical_24")
LEANS = "offset_low_deg = 7.0\noffset_high_deg = 10.0\ncap_offset_deg = 14.0\n"
FADING = "[plan]\nsessions = 3\nminutes = [15, 20, 25]\nfeedback_shares = [1.0, 0.5, 0.0]\n"


def prescribed(baseline_deg: float, more: str = "") -> str:
    """Return the text of a prescription file."""
    return f'patient = "P-01"\nbaseline_deg = {baseline_deg}\n{LEANS}{more}'


@dataclass(frozen=True)
class Replayed:
    """A recording replayed by `leancue replay`; the fields are the command's options."""

    recording: str
    source: str = "chip"
    stand: Any = None
    hinge: Window | None = None
    prescription: str = ""
    session: int = 0
    note: str = ""

    @property
    def name(self) -> str:
        """Return a name that identifies the case."""
        return " ".join(filter(None, (self.recording, self.source, self.note)))

    def results(self, folder: Path) -> dict[str, Short]:
        """Return the results: the input, and each file that the replay wrote."""
        text = inputs.text_of(self.recording)
        path = folder / "recording.csv"
        path.write_text(text, encoding="utf-8")
        out = folder / "out"
        vertical = replay(path, out, self.source, self.stand, self.hinge, self.prescription,
                          self.session)  # fmt: skip

        def written(name: str) -> str:
            return (out / name).read_text(encoding="utf-8")

        found = {
            "input": outputs.table(text, 2 * EVERY),
            "steps.csv": outputs.table(written("steps.csv")),
            "cues.csv": outputs.table(written("cues.csv")),
            "samples.csv": outputs.table(written("samples.csv"), EVERY),
            "summary.json": outputs.summary(written("summary.json")),
        }
        if self.source != "chip":
            found["orientation"] = outputs.table(vertical, EVERY)
        return found


@dataclass(frozen=True)
class SimulatedRun:
    """A simulated clip worn through a plan; ``faults``: (s of the plan, knob, value)."""

    wearer: str
    prescription: str = ""
    faults: tuple[tuple[float, str, Any], ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """Return a name that identifies the case."""
        return " ".join(filter(None, ("clip", self.wearer, self.note)))

    def results(self, folder: Path) -> dict[str, Short]:
        """Return the results: the pulses, the log, and what a host makes of it."""
        clip = Clip(folder, *inputs.WEARERS[self.wearer], self.prescription)
        for at_s, knob, value in self.faults:
            clip.forward_to(at_s)
            setattr(clip.board.chip, knob, value)
        clip.forward_to(clip.seconds)
        felt = "".join(f"{a},{b},{strength}\n" for a, b, strength in clip.pulses())
        found = {
            "input": outputs.table(inputs.text_of(self.wearer), 2 * EVERY),
            "felt": outputs.table("from_ms,to_ms,strength_percent\n" + felt),
        }
        for i, run in enumerate(clip.pulled(), 1):
            found[f"run {i}.leanrun"] = outputs.log(run.read_bytes())
            found[f"run {i}.csv"] = outputs.table(exported(run, "csv").decode())
            found[f"run {i} report"] = outputs.page(reported(run))
        return found


Case = Replayed | SimulatedRun


def cases() -> Iterator[Case]:
    """Yield all cases."""
    yield from _runners()
    yield from _others()
    yield from _wearers()
    yield from _clips()


def _runners() -> Iterator[Case]:
    """Yield real runners whose stand and bow are found, given or missing; also a lean far off."""
    for name, baseline_deg in RUNNERS.items():
        near, far = prescribed(baseline_deg), prescribed(baseline_deg + 12)
        for source in ("chip", "own", "both"):
            yield Replayed(name, source, note="found")
            yield Replayed(name, source, prescription=near, note="prescribed")
        yield Replayed(name, "both", prescription=far, note="far")
        yield Replayed(name, "chip", (1.0, 4.0), (4.0, 10.0), near, note="given")
        yield Replayed(name, "chip", (1.0, 4.0), prescription=near, note="stand given")
        yield Replayed(name, "chip", "none", prescription=near, note="nominal")


#: Real runners, each with a baseline that puts the lean some degrees below the band.
RUNNERS = {"sacral_run_1": -6.0, "rbds_s001_25": -1.0, "rbds_s001_35": -1.0}


def _others() -> Iterator[Case]:
    """Yield recordings without a stand; no cue may come while walking or held in the hand."""
    for name in FORCE_PLATES:
        yield Replayed(name, "chip", "none", prescription=prescribed(-9.0))
    for source in ("chip", "own", "both"):
        yield Replayed("lower_back_run", source, "none", prescription=prescribed(0.0))
        yield Replayed("lower_back_walk", source, "none", prescription=prescribed(20.0))
        for name in OPTICAL:
            yield Replayed(name, source, "none", prescription=prescribed(20.0))


def _wearers() -> Iterator[Case]:
    """Yield simulated wearers: every activity, both orientations, a fading plan, sensor faults."""
    near, far, fading = prescribed(6.2), prescribed(20.0), prescribed(6.2, FADING)
    for name in inputs.WEARERS:
        for source in ("chip", "own", "both"):
            yield Replayed(name, source, prescription=near)
        yield Replayed(name, "both", prescription=far, note="far")
    yield Replayed("coached", "both", prescription=fading, session=1, note="fading")
    for fault in inputs.FAULTS:
        for source in ("own", "both"):
            yield Replayed(f"coached/{fault}", source, prescription=near)


def _clips() -> Iterator[Case]:
    raw = prescribed(6.2, "raw = true\n")
    yield SimulatedRun("coached", raw)
    yield SimulatedRun("activities")
    yield SimulatedRun("slipping", prescribed(3.0))
    yield SimulatedRun("coached_rough", raw, FAILING, "failing chip")


#: Fault settings of the simulated sensor.
FAILING = (
    (30.0, "freeze_orientation", True), (36.0, "freeze_orientation", False),
    (50.0, "zero_orientation", True), (52.0, "zero_orientation", False),
)  # fmt: skip
