"""State: no field forgotten, and a run split anywhere decides the same."""

from __future__ import annotations

import pkgutil
import random
from importlib import import_module

import leancore
import pytest
from core_motion import PERIOD_MS, Wearer
from core_runs import Run
from leancore import pipeline
from leancore.runlog import log_reading, state_snapshot
from leancore.sensor.sample import GAP

# Attributes of stages that hold no state of the run: configuration, what is set anew in every
# step before it is used, scratch, counters that decide nothing.
CONFIGURATION = {
    "Activity": {"run_steps", "run_stop_ms"},
    "Calibration": {"stand_ms", "stand_wait_ms", "hinge_wait_ms", "hinge_min_cdeg", "_off"},
    "Coach": {
        "warmup_ms", "refractory_ms", "budget_ms", "reference_cdeg", "threshold_cdeg",
        "cap_threshold_cdeg", "back_in_cue", "shortest_ms", "growth_ms", "longest_ms",
    },
    "Lean": {"gain_permille"},
    "Pipeline": {
        "settings", "prescription", "session", "settle_ms", "run_end_ms",
        "taken", "clock_set",
    },
    "GyroLeap": {"off_q17"},
    "OwnOrientation": {"_now"},
    "BiasShift": {"_off"},
    "OrientationSelector": {"mode", "_unit", "_off"},
    "WearFrame": {"_scratch"},
    "LowPass": {"_rates", "_off"},
    "SpeedChange": {"forward"},  # the wear frame's
    "GyroBias": {"_effects"},
    "Stride": {"_at_strike"},
}  # fmt: skip


def stage_classes() -> list[type]:
    """All classes of the core that name their state."""
    found = []
    for info in pkgutil.walk_packages(leancore.__path__, "leancore."):
        module = import_module(info.name)
        found += [
            thing
            for thing in vars(module).values()
            if isinstance(thing, type)
            and thing.__module__ == module.__name__
            and hasattr(thing, "FIELDS")
        ]
    return found


def stages(stage) -> list:
    """A stage and all stages within it."""
    found = [stage]
    for name in stage.FIELDS:
        value = getattr(stage, name)
        if hasattr(value, "FIELDS"):
            found += stages(value)
    return found


def saved(stage) -> list[int]:
    values: list[int] = []
    state_snapshot.save(stage, values)
    return values


def rows_of_a_day() -> list[tuple[int, ...]]:
    """Calibration, runs with cues, a pause, lost samples, through the wrap of the clock."""
    wearer = Wearer(t_ms=PERIOD_MS - 30_000).stand(3.5).bow().stand(2).walk(4)
    wearer.run(14, 14).run(9, 8).run(4, 14).stand(7).run(14, lambda t: 12 + 3 * (t > 8))
    wearer.walk(4).stand(2)
    chance = random.Random(5)
    rows = []
    for i, row in enumerate(wearer.rows):
        if chance.random() < 0.004 or 4000 < i < 4030:
            continue
        rows.append((row[0], row[1] | (GAP if chance.random() < 0.002 else 0), *row[2:]))
    return rows


PARAMETERS = {"prescribed": {"feedback_percent": [75] * 8}, "window_ms": 20000, "run_end_ms": 30000}


@pytest.fixture(scope="module")
def rows() -> list[tuple[int, ...]]:
    return rows_of_a_day()


@pytest.fixture(scope="module")
def whole(rows) -> Run:
    run = Run(**PARAMETERS)
    run.pipeline.calibrate()
    run.play(rows)
    wanted = (
        pipeline.STEP | pipeline.CUE | pipeline.ACTIVITY | pipeline.CALIBRATED | pipeline.FEEDBACK
    )
    assert run.seen() & wanted == wanted
    assert len(run.records(1)) > 80
    return run


# No field forgotten.


def test_all_stages_of_the_trainer_are_looked_at() -> None:
    names = {cls.__name__ for cls in stage_classes()}
    assert {"Pipeline", "Steps", "Stride", "Coach", "Activity", "Calibration", "WearFrame"} <= names
    inside = {type(stage).__name__ for stage in stages(Run().pipeline)}
    assert inside == names


def test_every_attribute_is_state_or_known_configuration(whole: Run) -> None:
    for stage in (*stages(Run().pipeline), *stages(whole.pipeline)):
        name = type(stage).__name__
        known = set(stage.FIELDS) | CONFIGURATION.get(name, set())
        assert set(vars(stage)) <= known, f"{name}: {set(vars(stage)) - known} not in FIELDS"
        assert not set(stage.FIELDS) & CONFIGURATION.get(name, set()), name
        assert len(set(stage.FIELDS)) == len(stage.FIELDS), name


def test_configuration_listed_here_exists() -> None:
    """A list that outlives its attributes would hide a forgotten field one day."""
    attributes = {type(stage).__name__: set(vars(stage)) for stage in stages(Run().pipeline)}
    for name, listed in CONFIGURATION.items():
        assert listed <= attributes[name], name


def test_state_is_integers_of_a_fixed_number(whole: Run) -> None:
    fresh, used = saved(Run().pipeline), saved(whole.pipeline)
    assert len(fresh) == len(used)
    assert all(type(value) is int for value in used)
    assert sum(a != b for a, b in zip(fresh, used, strict=True)) > 60


def test_load_is_the_reverse_of_save(whole: Run) -> None:
    values = saved(whole.pipeline)
    other = Run(**PARAMETERS).pipeline
    assert log_reading.load(other, values) == len(values)
    assert saved(other) == values
    with pytest.raises(IndexError):
        log_reading.load(other, values[:-1])


# The same bytes, split anywhere.


def split_run(rows, cuts) -> Run:
    """Play with a new pipeline after each cut, carried over by the packed state alone."""
    run = Run(**PARAMETERS)
    run.pipeline.calibrate()
    for begin, end in zip((0, *cuts), (*cuts, len(rows)), strict=True):
        if begin:
            data = state_snapshot.pack(run.pipeline, 0, run.pipeline.t_ms)
            fresh = Run(**PARAMETERS)
            assert log_reading.restore(fresh.pipeline, data) == (0, run.pipeline.t_ms)
            assert state_snapshot.pack(fresh.pipeline, 0, run.pipeline.t_ms) == data
            run.pipeline = fresh.pipeline
        run.play(rows[begin:end])
    return run


@pytest.mark.parametrize("seed", range(4))
def test_split_run_is_the_whole_run(seed: int, rows, whole: Run) -> None:
    cuts = sorted(random.Random(seed).sample(range(1, len(rows)), 60))
    run = split_run(rows, cuts)
    assert run.bytes == whole.bytes
    assert run.happened == whole.happened
    assert saved(run.pipeline) == saved(whole.pipeline)


def test_split_at_every_sample_around_what_happens(rows, whole: Run) -> None:
    """Before, at and after each of the first cues, strikes and changes: one split each."""
    times = [row[0] for row in rows]
    cuts = set()
    for t_ms, bits in whole.happened:
        if bits & ~pipeline.STEP or len(cuts) < 90:
            at = times.index(t_ms)
            cuts |= {at, at + 1, at + 2}
    cuts = sorted(cut for cut in cuts if 0 < cut < len(rows))
    assert split_run(rows, cuts).bytes == whole.bytes


def test_restored_into_a_used_trainer(rows, whole: Run) -> None:
    """Whatever stood in the pipeline before, the state replaces it."""
    cut = len(rows) // 2
    first = Run(**PARAMETERS)
    first.pipeline.calibrate()
    first.play(rows[:cut])
    data = state_snapshot.pack(first.pipeline, 0, first.pipeline.t_ms)
    used = Run(**PARAMETERS).play(rows[cut // 2 :])
    log_reading.restore(used.pipeline, data)
    used.bytes.clear()
    used.writer.start_ms = first.writer.start_ms
    assert first.bytes + used.play(rows[cut:]).bytes == whole.bytes


def test_pack_carries_what_happened_and_when(whole: Run) -> None:
    data = state_snapshot.pack(whole.pipeline, 0b10011, 123_456)
    assert log_reading.restore(Run(**PARAMETERS).pipeline, data) == (0b10011, 123_456)


@pytest.mark.parametrize("damage", [b"", b"\x63\0\0\0", "short", "long"])
def test_other_states_are_refused(damage, whole: Run) -> None:
    data = state_snapshot.pack(whole.pipeline, 0, 0)
    cases = {"short": data[:-4], "long": data + bytes(4)}
    bad = cases[damage] if isinstance(damage, str) else damage + data[4:] * bool(damage)
    before = saved(whole.pipeline)
    with pytest.raises(ValueError, match="state"):
        log_reading.restore(whole.pipeline, bad)
    assert saved(whole.pipeline) == before
