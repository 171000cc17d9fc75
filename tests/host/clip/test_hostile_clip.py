"""A malicious or broken clip: each request ends soon, with a message."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_clip import pages_of
from leancore.coaching import prescription
from leancore.link import framing
from leancore.link import messages as m
from leancore.runlog.pages import PAGE_BYTES, PULLED
from leancore.schema import settings
from leancue.basis.errors import DeviceGone, LogError, ProtocolMismatch
from leancue.clip import client as clients
from leancue.clip import progress_guard
from leancue.clip.answers import PAGES_MOST, RunEntry
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.runs.pull import file_name, pull
from leancue.transports.base import Transport
from logs_by_hand import with_crc, with_header

HASTY = Timeouts(answer_timeout_s=0.02, tries=2, hello_s=0.05)
Answer = Callable[[dict[str, Any]], Any]


class Peer(Transport):
    """Answers each kind of request with what ``says`` makes of it: an object, or raw frames."""

    name = "a hostile clip"

    def __init__(self, says: dict[int, Answer]) -> None:
        self.says = says
        self.asked = 0
        self._receiver = framing.Receiver()
        self._frames: Iterator[bytes] = iter(())

    def write(self, data: bytes) -> None:
        for kind, sequence, payload in self._receiver.feed(data):
            self.asked += 1
            said = self.says[kind](json.loads(payload))
            if isinstance(said, dict):
                said = [(kind | m.ANSWER, json.dumps(said).encode())]
            self._frames = (framing.encode(k, sequence, p) for k, p in said)

    def read(self, timeout_s: float) -> bytes:
        return next(self._frames, b"")

    def close(self) -> None:
        """Nothing to give back."""


def client_of(**says: Answer) -> Client:
    return Client(Peer({getattr(m, name): answer for name, answer in says.items()}), HASTY)


def endless(kind: int, payload: bytes) -> Answer:
    return lambda _request: iter(lambda: (kind, payload), None)


def row(number: int) -> list[int]:
    return [number, 4, 1_760_000_000, 54, 1]


def test_a_list_that_says_the_same_again_ends() -> None:
    runs = client_of(RUNS=lambda _: {"total": 99, "runs": [row(1)]})
    with pytest.raises(ProtocolMismatch, match="lists a run twice"):
        runs.runs()
    twice = client_of(RUNS=lambda _: {"total": 2, "runs": [row(1), row(1)]})
    with pytest.raises(ProtocolMismatch, match="lists a run twice"):
        twice.runs()
    same = client_of(SETTINGS_GET=lambda _: {"total": 99, "values": {"rate_hz": 100}})
    with pytest.raises(ProtocolMismatch, match="nothing new after 1 of 99"):
        same.settings()


@pytest.mark.parametrize("total", [10**12, -1, "x", None, True, PAGES_MOST + 1])
def test_a_list_of_an_absurd_length_is_refused(total: object) -> None:
    with pytest.raises(ProtocolMismatch, match="`total`"):
        client_of(RUNS=lambda _: {"total": total, "runs": [row(1)]}).runs()
    with pytest.raises(ProtocolMismatch, match="`total`"):
        client_of(SETTINGS_GET=lambda _: {"total": total, "values": {"a": 1}}).settings()


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock is a second later."""
    seconds = iter(range(10**9))
    monkeypatch.setattr(progress_guard.time, "monotonic", lambda: float(next(seconds)))


def test_a_clip_that_dawdles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [0.0]
    monkeypatch.setattr(progress_guard.time, "monotonic", lambda: now_s[0])
    monkeypatch.setattr(clients.time, "monotonic", lambda: now_s[0])

    def slowly(request: dict[str, Any]) -> dict[str, Any]:
        now_s[0] += 0.9 * HASTY.answer_timeout_s + 0.9
        return {"total": 5000, "runs": [row(request["from"])]}

    with pytest.raises(DeviceGone, match="`runs` too slowly"):
        client_of(RUNS=slowly).runs()
    assert now_s[0] < 10

    now_s[0], left = 0.0, [PAGES_MOST]

    def piecemeal(_request: dict[str, Any]) -> dict[str, Any]:
        now_s[0] += 0.9
        left[0] -= 1
        return {"left": left[0]}

    with pytest.raises(DeviceGone, match="`erase` too slowly"):
        list(client_of(ERASE=piecemeal).erase(1))
    assert now_s[0] < 10


def test_erasing_gets_on_or_ends() -> None:
    with pytest.raises(ProtocolMismatch, match="`left`"):
        list(client_of(ERASE=lambda _: {"left": 10**9}).erase(1))
    with pytest.raises(ProtocolMismatch, match="3 pages remain, as before"):
        list(client_of(ERASE=lambda _: {"left": 3}).erase(1))
    assert list(client_of(ERASE=lambda _: {"left": 0}).erase(1)) == [0]


def head(run: int, number: int) -> bytes:
    return struct.pack(m.PAGE_HEAD, run, number)


PAGE = pages_of(1, 1)[0]


@pytest.mark.parametrize(
    ("run", "number", "page"),
    [(99, 0, PAGE), (1, 10**6, PAGE), (1, 0, with_header(PAGE, run_id=2)),
     (1, 0, with_header(PAGE, number=5)), (1, 0, with_header(PAGE, flags=PULLED)),
     (1, 0, with_crc(b"\xaa" * PAGE_BYTES)), (1, 0, PAGE[:2000] + b"\x01" + PAGE[2001:]),
     (1, 0, b"LCUE")],
)  # fmt: skip
def test_a_flood_of_pages_that_nobody_asked_for_ends(run: int, number: int, page: bytes) -> None:
    """Another run's, out of place, at odds with itself, damaged, or none at all."""
    flood = client_of(PAGES=endless(m.PAGES | m.ANSWER, head(run, number) + page))
    came: list[int] = []
    with pytest.raises(DeviceGone, match="stopped in the middle"):
        came.extend(n for n, _page in flood.pages(1, 0, 4))
    assert came == []


def test_a_frame_that_cannot_hold_a_page_s_place_is_refused() -> None:
    short = client_of(PAGES=lambda _: [(m.PAGES | m.ANSWER, b"abc")])
    with pytest.raises(ProtocolMismatch, match="a frame has 3 bytes"):
        list(short.pages(1, 0, 4))


def test_a_clip_without_runs_has_none() -> None:
    assert client_of(RUNS=lambda _: {"total": 0, "runs": []}).runs() == []
    for runs in (None, {}, "x", 1):
        with pytest.raises(ProtocolMismatch, match="`runs` is missing"):
            client_of(RUNS=lambda _, runs=runs: {"total": 1, "runs": runs}).runs()


def test_pages_that_are_listed_and_not_there_are_not_waited_for(
    hours: None, tmp_path: Path
) -> None:
    asked = 0

    def none(_request: dict[str, Any]) -> Any:
        nonlocal asked
        asked += 1
        return [(m.PAGES | m.ANSWER, head(1, 0))]

    entry = RunEntry(1, PAGES_MOST, 0, 5, 1)
    with pytest.raises((DeviceGone, LogError)):
        pull(client_of(PAGES=none), "A1", entry, tmp_path)
    assert asked < 100


def test_a_flood_beside_the_answer_ends_in_silence() -> None:
    for kind in (m.STREAM, m.HELLO | m.ANSWER, m.PAGES, m.INFO):
        with pytest.raises(DeviceGone, match="does not answer `info`"):
            client_of(INFO=endless(kind, b'{"t":1}')).info()


def test_a_moment_of_nonsense_ends_the_live_view_in_words() -> None:
    live = client_of(LIVE=lambda _: [(m.LIVE | m.ANSWER, b'{"on":1}'), (m.STREAM, b'{"t":"x"}')])
    live.live(True)
    with pytest.raises(ProtocolMismatch, match="`t` is 'x'"):
        list(live.stream(0.05))


def test_what_is_read_back_is_checked_before_it_is_compared() -> None:
    whole = prescription.default()
    with pytest.raises(ProtocolMismatch, match="is missing"):
        client_of(PRESCRIPTION_SET=lambda _: {}).set_prescription(whole)
    with pytest.raises(ProtocolMismatch, match="`counter`"):
        client_of(CHALLENGE=lambda _: {"counter": "abc"}).lock_state()
    with pytest.raises(ProtocolMismatch, match="`bytes`"):
        client_of(FILES=lambda _: {"bytes": True, "crc": 1}).file("/code.py")
    with pytest.raises(ProtocolMismatch, match="`done`"):
        client_of(COMMAND=lambda _: {"done": 7}).command("feel")
    values = {name: 10**9 for name in settings.checked({})}
    with pytest.raises(ProtocolMismatch, match="out of range"):
        client_of(SETTINGS_GET=lambda _: {"total": len(values), "values": values}).settings()


@pytest.mark.parametrize("now_s", [5.0, -1.0, 2.0**32 + 10, 4_102_444_800.0])
def test_a_desk_whose_clock_was_never_set_tells_no_time(
    now_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []

    def hello(request: dict[str, Any]) -> dict[str, Any]:
        told.append(request)
        return {"protocol": 1, "uid": "A", **dict.fromkeys(("version", "board", "settings"), ""),
                "patient": ""}  # fmt: skip

    monkeypatch.setattr(clients.time, "time", lambda: now_s)
    client_of(HELLO=hello).hello()
    monkeypatch.setattr(clients.time, "time", lambda: 1_760_000_000.5)
    client_of(HELLO=hello).hello()
    assert "time_s" not in told[0] and told[1]["time_s"] == 1_760_000_000


@pytest.mark.parametrize("wall_s", [0, 5, 2**32 - 1])
def test_a_run_whose_time_cannot_be_is_pulled_undated(wall_s: int, tmp_path: Path) -> None:
    """The list says nonsense, and so do the pages: no page that dates the run is added."""
    made = pages_of(1, 2, wall_s=wall_s)

    def pages(request: dict[str, Any]) -> Any:
        numbers = range(request["from"], min(request["from"] + request["count"], 2))
        for number in numbers:
            yield m.PAGES | m.ANSWER, head(1, number) + made[number]
        yield m.PAGES | m.ANSWER, head(1, 0)

    peer = client_of(PAGES=pages, PULLED=lambda _: {"run": 1})
    pulled = pull(peer, "A1", RunEntry(1, 2, 0, 5, 1), tmp_path)
    assert pulled.path.read_bytes() == b"".join(made)
    assert pulled.path.stat().st_mode & 0o077 == 0


def test_codes_as_long_as_one_likes_make_a_name_that_every_system_takes(tmp_path: Path) -> None:
    peer = client_of(PAGES=lambda _: [(m.PAGES | m.ANSWER, head(1, 0) + PAGE)],
                     PULLED=lambda _: {"run": 1})  # fmt: skip
    path = pull(peer, "U" * 300, RunEntry(1, 1, 0, 5, 1), tmp_path).path
    assert len(path.name) < 120 and path.exists()
    assert len(file_name("P" * 300, "U" * 300, 1)) < 120
