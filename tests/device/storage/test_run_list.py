"""The list of runs: in order of age, in a row of numbers."""

from __future__ import annotations

from random import Random

import pytest
from leandevice.storage.run_list import MOST_RUNS, UNKNOWN_S, Run, RunList


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


def test_room_for_all_runs_is_taken_at_the_start() -> None:
    """An array that grew with the runs would part the heap's large free piece."""
    runs = RunList()
    rows, pages = runs._rows, runs._pages
    for run_id in range(MOST_RUNS, 0, -1):
        runs.keep(run(run_id, pages=run_id % 40, wall_s=run_id))
    with pytest.raises(IndexError):
        runs.keep(run(MOST_RUNS + 1))
    assert runs._rows is rows and runs._pages is pages
    assert [(r.run_id, r.pages, r.wall_s) for r in runs] == [
        (n, n % 40, n) for n in range(1, MOST_RUNS + 1)
    ]
    runs.remove(7)
    runs.keep(run(4000))
    assert [r.run_id for r in runs][5:8] == [6, 8, 9] and runs[-1].run_id == 4000
    runs.clear()
    runs.keep(run(5))
    assert runs._rows is rows and [r.run_id for r in runs] == [5]


def test_a_page_number_that_cannot_be_is_kept_as_far_as_it_goes() -> None:
    runs = RunList(3)
    made = run(1)
    made.pages, made.seconds, made.closed = 70_000, 259_200, 1
    runs.keep(made)
    assert (runs[0].pages, runs[0].seconds, runs[0].closed) == (0xFFFF, 259_200, 1)


def test_the_time_of_a_run_s_begin_is_kept_with_it() -> None:
    runs = RunList()
    made = run(3)
    assert made.up_s == UNKNOWN_S
    made.up_s = 77
    runs.keep(made)
    assert runs.find(3).up_s == 77
