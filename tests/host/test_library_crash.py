"""An import that is killed, at every step and at random: the library is whole, the run comes in."""

import os

import pytest

from tools import crash_library

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: not on Windows")


@pytest.fixture
def folder(tmp_path):
    crash_library._prepare(tmp_path / "library")
    return tmp_path / "library"


def test_killed_at_every_step(folder):
    tally = crash_library.every_step(folder, crash_library.logs(1)[0])
    assert tally.inside > 20 and tally.strays > 0  # it was killed between file and database too
    assert (tally.broken, tally.lost) == (0, 0)


def test_killed_at_random(folder):
    tally = crash_library.random_kills(folder, 20, seed=3)
    assert tally.kills == 20 and tally.inside > 5
    assert (tally.broken, tally.lost) == (0, 0)
