"""Work on a library that is killed, at its steps and at random: nothing broken, nothing lost."""

import os

import pytest

from tools import crash_library
from tools.crash_states import OPERATIONS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: not on Windows")
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@pytest.mark.parametrize(("name", "stride"), [("import", 5), ("restore", 19)])
def test_killed_at_steps_from_first_to_last(tmp_path, name, stride):
    tally = crash_library.Bench(BY_NAME[name], tmp_path).every_step(stride)
    assert tally.inside > 5 and tally.kills == tally.inside + 1
    assert (tally.bad, tally.problems) == (0, [])


@pytest.mark.parametrize("name", BY_NAME)
def test_killed_at_random(tmp_path, name):
    tally = crash_library.Bench(BY_NAME[name], tmp_path).at_random(3, seed=3)
    assert tally.kills == 3
    assert (tally.bad, tally.problems) == (0, [])


def test_a_lost_run_and_a_lost_foreign_file_are_seen(tmp_path):
    """The look afterwards finds what it is there to find."""
    operation = BY_NAME["erase"]
    bench = crash_library.Bench(operation, tmp_path)
    world = bench._world()
    with crash_library.opened(world) as library:
        library.runs.remove(library.runs.of("KEEPALL")[0].id)
    (world / crash_library.LIBRARY / "thesis.pdf").unlink()
    bench._look(world, inside=True)
    assert bench.tally.lost == 1 and bench.tally.foreign == 2
