"""The page's clips without a browser: found with one hello each, and given back."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from fake_clip import UID, FakeClip
from leancore.link import messages as m
from leancue.basis.errors import DeviceGone
from leancue.clinic import web_app
from leancue.clinic.clip_activity import ClipBusy
from leancue.clinic.clip_records import ClipReading, Found, Progress
from leancue.clinic.connected_clips import LIVE, Clips
from leancue.clinic.live_feed import LiveFeed
from leancue.commissioning import filed, motor_look
from leancue.commissioning.motor_look import Look
from leancue.library import Library
from leancue.transports.addresses import open_transport


def found(*devices: str) -> Found:
    clips = Clips(devices)
    try:
        return clips.find()
    finally:
        clips.close()


@pytest.mark.parametrize("named", [True, False])
def test_a_clip_is_asked_over_the_port_that_the_search_opened(
    clips: list[FakeClip], opened: Counter[str], named: bool
) -> None:
    clips += [FakeClip(late_s=0.4)]
    (seen,) = found(*([clips[0].path] if named else [])).clips
    assert seen.hello.uid == UID
    assert seen.info is not None and seen.info.session == 2
    assert opened == {clips[0].path: 1}
    open_transport(clips[0].path).close()


def test_a_clip_that_does_not_say_how_it_is_is_shown_all_the_same(clips: list[FakeClip]) -> None:
    clips += [FakeClip(refuse={m.INFO: "memory"})]
    (seen,) = found().clips
    assert seen.hello.uid == UID and seen.info is None


def test_a_page_that_is_left_lets_go_of_a_clip_that_talks_without_end(
    clips: list[FakeClip],
) -> None:
    """A live view, a pull: whatever is going on ends by itself."""
    clips += [FakeClip()]
    page = Clips([clips[0].path])
    (seen,) = page.find().clips
    ended: list[Exception] = []

    def look() -> None:
        try:
            page.live(seen, page.watch(seen, "a tab")[0])
        except DeviceGone as error:
            ended.append(error)

    worker = threading.Thread(target=look)
    worker.start()
    while clips[0].live != 1:
        time.sleep(0.01)
    page.close()
    worker.join(3.0)
    assert not worker.is_alive()
    assert "being closed" in str(ended[0])
    with pytest.raises(DeviceGone, match="being closed"):
        page._leaving(open_transport(clips[0].path)).read(9.0)


def watched(page: Clips, seen: ClipReading) -> tuple[threading.Thread, LiveFeed]:
    """A tab that looks at the clip's live view, in a thread of its own."""
    feed, begins = page.watch(seen, "first tab")
    assert begins
    worker = threading.Thread(target=page.live, args=(seen, feed))
    worker.start()
    while not page.doing(seen):
        time.sleep(0.01)
    return worker, feed


def test_live_view_search_and_commands_do_not_break_each_other(clips: list[FakeClip]) -> None:
    clips += [FakeClip(), FakeClip()]
    clips[1].uid = "B" * 16
    page = Clips([clip.path for clip in clips])
    one, other = page.find().clips
    worker, feed = watched(page, one)
    found = {clip.port: clip for clip in page.find().clips}
    assert found[one.port].doing == LIVE and found[one.port].hello == one.hello
    assert not found[other.port].doing
    page.command(one, "feel")
    assert clips[0].done == ["feel"] and page.doing(one) == LIVE
    with pytest.raises(ClipBusy, match="busy"):
        page.pull(one, None, Progress())  # type: ignore[arg-type]
    same, begins = page.watch(one, "second tab")
    assert same is feed and not begins and feed.watchers == 2
    page.leave_live(one, "second tab")
    time.sleep(0)
    assert not feed.over and page.doing(one) == LIVE, "the first tab looks on"
    page.leave_live(one, "first tab")
    worker.join(5.0)
    assert feed.over and not page.doing(one) and clips[0].live == 0
    page.close()


def test_one_of_two_clips_blinks(clips: list[FakeClip], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leancue.clinic.connected_clips._BLINK_S", 0.0)
    clips += [FakeClip(), FakeClip()]
    clips[1].uid = "B" * 16
    page = Clips([clip.path for clip in clips])
    _one, other = page.find().clips
    page.blink(other)
    assert set(clips[1].done) == {"blink"} and clips[0].done == []
    page.close()


def test_a_clip_is_pulled_while_another_one_is_busy(clips: list[FakeClip], tmp_path: Path) -> None:
    clips += [FakeClip(), FakeClip()]
    clips[1].uid = "B" * 16
    page = Clips([clip.path for clip in clips])
    one, other = page.find().clips
    worker, _feed = watched(page, one)
    with Library(tmp_path / "library") as library:
        pulled = page.pull(other, library, Progress())
    assert pulled.filings == () and page.doing(one) == LIVE
    page.leave_live(one, "first tab")
    worker.join(5.0)
    page.close()


def test_a_pull_brings_what_became_of_the_motor(
    clips: list[FakeClip], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips += [FakeClip()]
    page = Clips([clips[0].path])
    (seen,) = page.find().clips
    kept = [1_795_900_000, 0, 150, 450, 900]
    monkeypatch.setattr(motor_look, "last_check", lambda client: kept)
    monkeypatch.setattr(motor_look, "look", lambda client, kept: Look(9.0, 3.0))
    try:
        with Library(tmp_path / "library") as library:
            pulled = page.pull(seen, library, Progress())
            device = library.devices.get(UID)
    finally:
        page.close()
    assert "The motor has become weak" in pulled.motor
    assert device is not None and filed.words(device.check_json).endswith("become weak since then")


def test_runs_come_from_a_clip_that_does_not_say_how_it_is(
    clips: list[FakeClip], tmp_path: Path
) -> None:
    clips += [FakeClip(refuse={m.INFO: "memory"})]
    page = Clips([clips[0].path])
    (seen,) = page.find().clips
    try:
        with Library(tmp_path / "library") as library:
            assert page.pull(seen, library, Progress()).motor == ""
    finally:
        page.close()


def test_after_a_broken_send_the_clip_is_asked_when_it_is_back(
    clips: list[FakeClip], tmp_path: Path
) -> None:
    clips += [FakeClip(deaf_to={m.PRESCRIPTION_SET: 99})]
    page = Clips([clips[0].path])
    with Library(tmp_path / "library") as library:
        library.patients.add("K-1")
        made = library.prescriptions.add("K-1", {"baseline_cdeg": 620}, "test")
        (seen,) = page.find(library).clips
        with pytest.raises(DeviceGone):
            page.send(seen, library, made)
        (held,) = library.on_clips.of("K-1")
        assert held.sending_id == made.id and held.sending_s is not None
        page.find(library)
        assert library.on_clips.of("K-1") == [], "the clip said what it holds: not this one"
        clips[0].deaf_to = {}
        (seen,) = page.find(library).clips
        page.send(seen, library, made)
        (held,) = library.on_clips.of("K-1")
        assert held.values == made.values and held.sending_s is None
    page.close()


def test_an_error_in_words_is_told_on_the_page_and_not_on_the_terminal() -> None:
    def record(error: Exception) -> logging.LogRecord:
        info = (type(error), error, None)
        return logging.LogRecord("nicegui", logging.ERROR, "", 1, "", None, info)

    assert not web_app._should_log(record(DeviceGone("the cable was pulled")))
    assert web_app._should_log(record(ZeroDivisionError()))
