"""The page's clips without a browser: found with one hello each, and given back."""

from __future__ import annotations

from collections import Counter

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from fake_clip import UID, FakeClip
from leancore import messages as m
from leancue.clinic.clips import Clips, Found
from leancue.transport import open_transport


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
