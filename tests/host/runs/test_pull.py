"""Pulling a run: page by page, resumed, never mixed up, never half under its own name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_clip import UID, WALL_S, FakeClip, pages_of
from leancore.runlog.pages import LAST, PAGE_BYTES
from leancue.basis.errors import DeviceGone, LogError, OutputError
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.library import Library
from leancue.runs.pull import Pulled, file_name, pull
from leancue.runs.runlog import read_runs
from leancue.transports.addresses import open_transport

PATIENT = Timeouts(answer_timeout_s=5.0, tries=3)  # an answer is due, however busy the machine
HASTY = Timeouts(answer_timeout_s=0.2, tries=3)  # no answer is due
NAME = f"unnamed_{UID}_3.leanrun"
RUN = pages_of(3, 40)


@contextmanager
def plugged(timeouts: Timeouts = PATIENT, **knobs: Any) -> Iterator[tuple[FakeClip, Client]]:
    with FakeClip(**knobs) as clip, Client(open_transport(clip.path), timeouts) as client:
        yield clip, client


def fetch(client: Client, folder: Path, **options: Any) -> Pulled:
    (run,) = client.runs()
    return pull(client, UID, run, folder, **options)


def test_a_run_becomes_a_file_of_its_pages(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with plugged(runs={3: RUN}) as (_clip, client):
        pulled = fetch(client, tmp_path / "new", progress=lambda *args: told.append(args))
    assert pulled.path == tmp_path / "new" / NAME
    assert pulled.path.read_bytes() == b"".join(RUN)
    assert pulled.is_new and not pulled.missing
    assert pulled.fetched_bytes == 40 * PAGE_BYTES
    assert told[-1] == (40 * PAGE_BYTES, 40 * PAGE_BYTES)
    assert told == sorted(told)
    assert [path.name for path in pulled.path.parent.iterdir()] == [NAME]


def test_a_pull_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    dying = plugged(HASTY, runs={3: RUN}, dies_after_pages=1 + 35)
    with dying as (_clip, client), pytest.raises(DeviceGone):
        fetch(client, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME + ".part"]
    with plugged(runs={3: RUN}) as (clip, client):
        pulled = fetch(client, tmp_path)
    assert pulled.path.read_bytes() == b"".join(RUN)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert clip.pages_sent[1] == 0, "what came was fetched twice"
    assert clip.pages_sent[39] == 1
    assert pulled.fetched_bytes == clip.pages_sent.total() * PAGE_BYTES == 6 * PAGE_BYTES


def test_a_torn_end_of_a_part_is_fetched_again(tmp_path: Path) -> None:
    part = tmp_path / (NAME + ".part")
    part.write_bytes(b"".join(RUN[:5])[:-700])
    with plugged(runs={3: RUN}) as (_clip, client):
        assert fetch(client, tmp_path).path.read_bytes() == b"".join(RUN)


def test_a_damaged_page_is_asked_for_again(tmp_path: Path) -> None:
    with plugged(runs={3: RUN}, spoil_pages={5: 2}) as (clip, client):
        pulled = fetch(client, tmp_path)
    assert pulled.path.read_bytes() == b"".join(RUN)
    assert clip.pages_sent[5] == 3


def test_pages_the_clip_has_lost_are_named_not_made_up(tmp_path: Path) -> None:
    with plugged(runs={3: [*RUN[:9], b"", *RUN[10:]]}) as (_clip, client):
        pulled = fetch(client, tmp_path)
    assert pulled.missing == (9,)
    assert pulled.path.read_bytes() == b"".join(RUN[:9] + RUN[10:])


def test_a_run_without_a_whole_page_leaves_no_file(tmp_path: Path) -> None:
    damaged = plugged(runs={3: RUN[:2]}, spoil_pages={0: 99, 1: 99})
    with damaged as (_clip, client), pytest.raises(LogError, match="no complete page"):
        fetch(client, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_pull_fetches_nothing(tmp_path: Path) -> None:
    with plugged(runs={3: RUN}) as (clip, client):
        fetch(client, tmp_path)
        clip.pages_sent.clear()
        pulled = fetch(client, tmp_path)
        assert not pulled.is_new
        assert set(clip.pages_sent) == {0}  # the first tells whether it is the same run


def test_again_fetches_all_but_keeps_what_the_clip_lost(tmp_path: Path) -> None:
    with plugged(runs={3: RUN}) as (clip, client):
        fetch(client, tmp_path)
        clip.pages_sent.clear()
        clip.runs[3] = [*RUN[:7], b"", *RUN[8:]]
        pulled = fetch(client, tmp_path, again=True)
        assert clip.pages_sent[20] == 1
    assert not pulled.missing
    assert pulled.path.read_bytes() == b"".join(RUN)


def test_another_run_of_the_same_name_does_not_overwrite(tmp_path: Path) -> None:
    other = pages_of(3, 4, seed=1)
    with plugged(runs={3: RUN}) as (_clip, client):
        fetch(client, tmp_path)
    with plugged(runs={3: other}) as (_clip, client):
        pulled = fetch(client, tmp_path)
    assert pulled.path.name == f"unnamed_{UID}_3-2.leanrun"
    assert pulled.path.read_bytes() == b"".join(other)
    assert (tmp_path / NAME).read_bytes() == b"".join(RUN)


def test_the_part_of_another_run_does_not_get_mixed_in(tmp_path: Path) -> None:
    part = tmp_path / (NAME + ".part")
    part.write_bytes(b"".join(pages_of(3, 12, seed=1)))
    with plugged(runs={3: RUN}) as (_clip, client):
        assert fetch(client, tmp_path).path.read_bytes() == b"".join(RUN)
    assert part.stat().st_size == 12 * PAGE_BYTES


def test_a_list_that_tells_too_few_pages_gives_no_run_up(tmp_path: Path) -> None:
    """The list alone says that the run ends there; its last page does not."""
    with plugged(runs={3: RUN}) as (clip, client):
        (run,) = client.runs()
        pull(client, UID, replace(run, pages=20, closed=1), tmp_path)
        assert clip.pulled == set()
        assert fetch(client, tmp_path).path.read_bytes() == b"".join(RUN)
        assert clip.pulled == {3}


def test_a_run_that_went_on_grows_in_its_file(tmp_path: Path) -> None:
    half = RUN[:20]
    assert not half[-1][5] & LAST
    with plugged(runs={3: half}) as (_clip, client):
        fetch(client, tmp_path)
    with plugged(runs={3: RUN}) as (clip, client):
        pulled = fetch(client, tmp_path)
    assert pulled.is_new
    assert pulled.path.read_bytes() == b"".join(RUN)
    assert clip.pages_sent[10] == 0


def test_a_run_without_a_clock_is_dated_by_the_clip_s_list(tmp_path: Path) -> None:
    undated = pages_of(3, 5, wall_s=0)
    with plugged(runs={3: undated}) as (_clip, client):
        path = fetch(client, tmp_path).path
        assert not fetch(client, tmp_path).is_new
    assert path.read_bytes()[: 5 * PAGE_BYTES] == b"".join(undated)
    (run,) = read_runs(path)
    assert run.wall_s == WALL_S
    assert len(run.pages) == 5 and not run.holes and not run.damaged
    with Library(tmp_path / "library") as library:
        (filing,) = library.file_run(path)
        assert library.runs.data(filing.run.id) == path.read_bytes()
        assert library.runs.log(filing.run.id).wall_s == WALL_S


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with plugged(runs={3: RUN}) as (_clip, client), pytest.raises(OutputError, match="--to"):
        fetch(client, tmp_path / "file" / "runs")


def test_codes_from_outside_cannot_leave_the_folder() -> None:
    assert file_name("../../etc/x", "../UID 1", 7) == ".._.._etc_x_UID1_7.leanrun"
    assert file_name("", "", 7) == "unnamed_clip_7.leanrun"
