"""The list of runs: in order of age, in a row of numbers."""

from __future__ import annotations

from random import Random

import pytest
from leandevice.storage.run_list import UNKNOWN_S, Run, RunList


def run(run_id: int, pages: int = 1, wall_s: int = 0) -> Run:
    made = Run(run_id)
    made.pages, made.wall_s = pages, wall_s
    return made


def test_it_is_as_a_sorted_table_whatever_comes_and_goes() -> None:
    random = Random(5)
    runs, table = RunList(), {}
    for _ in range(2000):
        run_id = random.randrange(1, 40)
        if random.random() < 0.4:
            runs.remove(run_id)
            table.pop(run_id, None)
        else:
            pages, wall_s = random.randrange(9), random.randrange(1 << 32)
            runs.keep(run(run_id, pages, wall_s))
            table[run_id] = (pages, wall_s)
        assert [(r.run_id, r.pages, r.wall_s) for r in runs] == [
            (i, *table[i]) for i in sorted(table)
        ]
        found = runs.find(run_id)
        assert (found is not None) == (run_id in table)
    assert len(runs) == len(table) > 5


def test_the_newest_is_the_last() -> None:
    runs = RunList()
    with pytest.raises(IndexError):
        runs[-1]
    for run_id in (7, 3, 4_294_967_294):
        runs.keep(run(run_id))
    assert [runs[-1].run_id, runs[0].run_id, len(runs)] == [4_294_967_294, 3, 3]


def test_a_copy_changes_nothing_until_it_is_given_back() -> None:
    runs = RunList()
    runs.keep(run(1))
    copy = runs[0]
    copy.closed = 1
    assert runs[0].closed == 0
    runs.keep(copy)
    assert runs[0].closed == 1


def test_its_numbers_stay_where_they_are_for_many_runs() -> None:
    """An array that grew with every run would part the heap's large free piece."""
    runs = RunList()
    rows = runs._rows
    for run_id in range(1, 65):
        runs.keep(run(run_id))
    runs.remove(7)
    runs.keep(run(70))
    assert runs._rows is rows
    runs.keep(run(71))
    assert runs._rows is not rows and [r.run_id for r in runs][-2:] == [70, 71]


@pytest.mark.parametrize("found", [0, 1, 60, 63, 64, 65, 127])
def test_there_is_room_for_as_many_runs_however_many_a_start_found(found: int) -> None:
    runs = RunList()
    for run_id in range(1, found + 1):
        runs.keep(run(run_id))
    runs.make_room()
    rows = runs._rows
    for run_id in range(found + 1, found + 65):
        runs.keep(run(run_id))
    assert runs._rows is rows
    runs.clear()
    runs.keep(run(5))
    assert runs._rows is rows and [r.run_id for r in runs] == [5]


def test_the_time_of_a_run_s_begin_is_kept_with_it() -> None:
    runs = RunList()
    made = run(3)
    assert made.up_s == UNKNOWN_S
    made.up_s = 77
    runs.keep(made)
    assert runs.find(3).up_s == 77
