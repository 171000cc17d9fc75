"""The page's clips without a browser: found with one hello each, and given back."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from fake_clip import UID, FakeClip
from leancore.link import messages as m
from leancue.basis.errors import DeviceGone
from leancue.clinic import web_app
from leancue.clinic.connected_clips import Clips, Found
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
    assert "being left" in str(ended[0])
    with pytest.raises(DeviceGone, match="being left"):
        page._leaving(open_transport(clips[0].path)).read(9.0)


def test_an_error_in_words_is_told_on_the_page_and_not_on_the_terminal() -> None:
    def record(error: Exception) -> logging.LogRecord:
        info = (type(error), error, None)
        return logging.LogRecord("nicegui", logging.ERROR, "", 1, "", None, info)

    assert not web_app._is_untold(record(DeviceGone("the cable was pulled")))
    assert web_app._is_untold(record(ZeroDivisionError()))
