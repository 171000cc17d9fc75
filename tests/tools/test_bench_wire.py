"""The benches of the wire can fail, and their parts hold in a small measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from leancore.link import framing

from tools.wire import cutting, damage, damage_core


def test_damaged_frames_do_no_harm() -> None:
    score = damage.run(20_000, seed=5, jobs=1)
    assert score.good, score
    assert 0.9 * 20_000 < score.refused < 20_000


def test_an_undetected_error_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that checks no CRC is found out."""

    def careless(frame: bytes) -> tuple[int, int, bytes]:
        body = framing.cobs_decode(frame)
        if len(body) < 6:
            raise ValueError
        return body[0], body[1], body[2:-4]

    monkeypatch.setattr(framing, "decode", careless)
    assert damage_core.judge(500, 1)[2] > 50


def test_a_crash_and_a_lost_step_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing.Receiver, "feed", lambda self, data: {}[0])
    assert damage_core.judge(20, 1)[1] == 20
    monkeypatch.setattr(framing.Receiver, "feed", lambda self, data: [])
    assert damage_core.judge(20, 1)[3] == 20


def test_a_short_pull_cut_at_every_tenth_byte(tmp_path: Path) -> None:
    tried, wrong = cutting.run(3, 10, 1)
    assert tried > 300 and wrong == 0


def test_a_long_pull_cut_here_and_there() -> None:
    assert cutting.run(256, 49_999, 1)[1] == 0


def test_each_byte_of_a_page_is_cut() -> None:
    tried, wrong = cutting.cuts_in_page(3, 2)
    assert tried > 4000 and wrong == 0


def test_a_file_that_differs_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = cutting.made_pages(3)
    assert cutting.whole_after_cut(3, 100, tmp_path)
    monkeypatch.setattr(cutting, "made_pages", lambda count: (*pages[:2], bytes(4096)))
    assert not cutting.whole_after_cut(3, 100, tmp_path)


def test_a_cut_that_leaves_more_than_whole_pages_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pull that keeps what came of a page is found out."""
    pages = cutting.made_pages(3)
    monkeypatch.setattr(cutting, "made_pages", lambda count: (pages[0], pages[1][:-1], pages[2]))
    assert cutting.cuts_in_page(3, 2)[1] > 4000
