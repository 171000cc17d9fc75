"""The bench of the vertical knows a true source from a false one, and its page is of this bench."""

from __future__ import annotations

import numpy as np
import pytest

from boards.sim.motion.motion_errors import Freeze, chip_view
from boards.sim.motion.segments import Run
from boards.sim.motion.wearer import Runner, synthesise
from tools.accuracy import people
from tools.accuracy.feed import sampled

sources = pytest.importorskip("tools.orientation.sources")  # VQF is not on every machine

from tools.orientation import events, form, hard_conditions, tables  # noqa: E402 (after the skip)


@pytest.fixture(scope="module")
def scene() -> hard_conditions.Scene:
    """A calm run whose chip freezes."""
    true, _ = synthesise((*people.OPENING, Run(14.0, 12.0)), Runner(), seed=3)
    seen = chip_view(true, 3, 0.0, freezes=(Freeze(people.OPENING_S + 4, 3.0),))
    return hard_conditions.Scene(seen, true, sampled(seen), people.CALIBRATE_S)


def test_a_frozen_chip_is_seen_and_nobody_else_suffers(scene: hard_conditions.Scene) -> None:
    found = hard_conditions.tilts_deg(scene)
    begun = people.OPENING_S + 4
    frozen = (found["t_s"] > begun + 0.5) & (found["t_s"] < begun + 3)
    worst = {way: float(found[way][frozen].max()) for way in ("chip", "own", "selector", "vqf")}
    assert worst["chip"] > 3
    assert max(worst[way] for way in ("own", "selector")) < 2
    assert worst["vqf"] < 6  # it takes the start of the run for a tilt


def test_missing_readings_of_the_gyroscope_are_missing() -> None:
    true, _ = synthesise((*people.OPENING,), Runner(), seed=1)
    samples = sources.without_gyro(sampled(true), 2.0, 3.0)
    lost = (samples.t_s >= 2.0) & (samples.t_s < 3.0)
    assert lost.any()
    assert not (samples.rows[lost, 1] & sources.HAS_G).any()
    assert (samples.rows[~lost, 1] & sources.HAS_G).all()


def test_angles_between_vectors() -> None:
    up = np.array([[0.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    other = np.array([[0.0, 3.0, 0.0], [0.0, 5.0, 5.0]])
    assert sources.apart_deg(up, other) == pytest.approx([90.0, 0.0])


def test_the_integer_form_keeps_near_its_twin_while_tumbling() -> None:
    apart = form.apart_tumbling(1)
    assert 0 < float(np.sqrt((apart**2).mean())) < 0.15


def test_every_event_has_its_row_on_the_page() -> None:
    rows = tables.event_table().splitlines()[2:]
    assert len(rows) == len(events.EVENTS)


def test_the_page_lists_the_cases_of_the_bench() -> None:
    rows = tables.motion_table().splitlines()[2:]
    names = [row.split("|")[1].strip() for row in rows]
    assert names == [name for name in hard_conditions.CASES if name in names]
    assert set(hard_conditions.CASES) - set(names) <= {hard_conditions.HOUR}
