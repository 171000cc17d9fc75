"""The wire: short answers, no waiting, nothing that a desk can break."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from device_rig import Desk, Still, clip
from image_rig import code
from leancore.link import framing
from leancore.link import messages as m
from leancore.runlog.log_reading import unpacked
from leancore.runlog.pages import crc_ok
from leancore.schema import faults
from leancore.schema.settings import SETTINGS

from boards.sim.board import SimBoard

RUN_PAGES = 20


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(clip(tmp_path))


def record(board: SimBoard, run_id: int, pages: int = RUN_PAGES) -> None:
    """Put a run of some pages into the log."""
    journal = board.app.recorder
    journal.begin(run_id, board.app.pipeline, 0, 0, {"uid": board.uid})
    for _ in range(pages - 1):
        journal._turn(0)
    journal.close()


def test_hello_says_who_answers_and_sets_the_time(desk: Desk) -> None:
    kind, answer = desk.ask(m.HELLO, {"protocol": 1, "time_s": 1_700_000_000})
    assert kind == m.HELLO | m.ANSWER
    assert answer["protocol"] == m.PROTOCOL
    assert (answer["uid"], answer["board"], answer["patient"]) == (desk.board.uid, "sim", "P01")
    desk.board.forward(100)
    assert desk.board.app.wall_clock.now_s() == pytest.approx(1_700_000_100, abs=2)


def test_info_says_how_the_clip_is(desk: Desk) -> None:
    desk.board.forward(30)
    _kind, answer = desk.ask(m.INFO)
    assert answer["mode"] == "needs calibration"
    assert answer["battery_mv"] == 3900
    assert answer["up_s"] in (31, 32)
    assert (answer["runs"], answer["free_pages"]) == (0, 2044)
    assert answer["baseline_cdeg"] == 620


def test_settings_and_prescription_are_kept_once(desk: Desk) -> None:
    values: dict[str, int] = {}
    while len(values) < len(SETTINGS[0]):
        _kind, answer = desk.ask(m.SETTINGS_GET, {"from": len(values)})
        assert answer["total"] == len(SETTINGS[0])
        values.update(answer["values"])
    first = desk.ask(m.SETTINGS_SET, {"motor_percent": 70})
    writes = desk.board.flash.write_count
    assert desk.ask(m.SETTINGS_SET, {"motor_percent": 70}) == first
    assert desk.board.flash.write_count == writes  # the same again costs no flash
    prescribed = {"patient": "P02", "baseline_cdeg": 500, "sessions": 2, "minutes": [10, 12],
                  "feedback_percent": [100, 50]}  # fmt: skip
    _kind, answer = desk.ask(m.PRESCRIPTION_SET, prescribed)
    assert desk.ask(m.PRESCRIPTION_GET)[1] == answer
    assert answer["minutes"] == [10, 12]
    desk.board.boot()
    assert desk.board.app.config.settings["motor_percent"] == 70
    assert desk.board.app.config.prescription["patient"] == "P02"


def test_a_new_rate_is_asked_of_the_sensor_at_once(desk: Desk) -> None:
    desk.ask(m.SETTINGS_SET, {"rate_hz": 80})
    desk.board.forward(1)
    assert desk.board.app.imu.interval_us == 12_500
    assert desk.board.app.sensor_watchdog.stale is False


@pytest.mark.parametrize(
    ("kind", "request_", "error"),
    [
        (0x3F, {}, "refused"),
        (m.SETTINGS_SET, {"motor_percnt": 70}, "unknown"),
        (m.SETTINGS_SET, {"motor_percent": 7000}, "refused"),
        (m.SETTINGS_SET, {"x" * 480: 1}, "unknown"),
        (m.PRESCRIPTION_SET, {"baseline_cdeg": 1e999}, "refused"),
        (m.PRESCRIPTION_SET, {"patient": [1]}, "refused"),
        (m.ERASE, {}, "unknown"),
        (m.ERASE, {"run": -1}, "refused"),
        (m.ERASE, {"run": 1e999}, "refused"),
        (m.PAGES, {"run": 1, "from": 0, "count": 10**30}, "refused"),
        (m.PAGES, {"run": 1}, "unknown"),
        (m.RUNS, {"from": "all"}, "refused"),
        (m.COMMAND, {"do": "dance"}, "refused"),
        (m.COMMAND, {"do": {}}, "refused"),
        (m.LIVE, {}, "unknown"),
        (m.HELLO, {"time_s": None}, "unknown"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_a_reason(
    desk: Desk, kind: int, request_: dict[str, object], error: str
) -> None:
    answered, answer = desk.ask(kind, request_)
    assert answered == m.ERROR
    assert answer["error"] == error
    assert 0 < len(answer["why"]) <= 200
    assert faults.PROGRAM not in desk.board.app.recorder.faults


@pytest.mark.parametrize(
    "payload", [b"{", b"[]", b'"x"', b"12", b"null", b"\xff\xfe", b"{'a': 1}", b"[" * 400]
)
def test_damaged_json_is_refused(desk: Desk, payload: bytes) -> None:
    sequence = desk.send(m.INFO, payload)
    answers = [frame for frame in desk.listen() if frame[1] == sequence]
    assert [kind for kind, _, _ in answers] == [m.ERROR]
    assert desk.ask(m.INFO)[0] == m.INFO | m.ANSWER


@pytest.mark.parametrize(("recording", "tries"), [(False, 17), (True, 1)])
def test_a_desk_that_does_not_read_costs_a_pass_a_few_tries(
    desk: Desk, recording: bool, tries: int
) -> None:
    """While a run is recorded a single one."""
    app, port = desk.board.app, desk.board.port
    app.recorder.open = recording
    desk.send(m.INFO, b"{}")
    tried = []
    port.write = lambda rest: tried.append(rest) or 0  # type: ignore[method-assign,func-returns-value]
    while not tried:
        app.once()
    for _ in range(2):
        tried.clear()
        app.host_links.step(app.clock.ticks_ms())
        assert len(tried) == tries
    app.recorder.open = False


def test_a_hello_ends_the_pages_of_the_desk_before(desk: Desk) -> None:
    record(desk.board, 1)
    desk.send(m.PAGES, json.dumps({"run": 1, "from": 0, "count": RUN_PAGES}).encode())
    desk.board.app.once()
    sequence = desk.send(m.HELLO, b"{}")
    heard = [frame[:2] for frame in desk.listen(1.0)]
    assert (m.HELLO | m.ANSWER, sequence) in heard
    assert len(heard) < RUN_PAGES / 2


def test_a_drive_that_refuses_is_told_and_the_old_values_stand(desk: Desk) -> None:
    desk.board.flash.fail_writes = True
    for kind, request in ((m.SETTINGS_SET, {"motor_percent": 60}),
                          (m.PRESCRIPTION_SET, {"patient": "P09"})):  # fmt: skip
        answered, answer = desk.ask(kind, request)
        assert (answered, answer["error"]) == (m.ERROR, "drive")
    config = desk.board.app.config
    assert (config.settings["motor_percent"], config.prescription["patient"]) == (100, "P01")
    assert config.baseline_cdeg == -32768


def test_pages_come_whole_and_may_be_asked_for_again(desk: Desk) -> None:
    record(desk.board, 1)
    pages = desk.pages(1, 0, 16)
    assert sorted(pages) == list(range(16))
    assert all(crc_ok(page) for page in pages.values())
    assert desk.pages(1, 0, 16) == pages
    assert sorted(desk.pages(1, 16, 100)) == list(range(16, RUN_PAGES))
    assert desk.pages(9, 0, 4) == {}


def test_a_new_pull_takes_the_place_of_the_old_one(desk: Desk) -> None:
    record(desk.board, 1)
    desk.send(m.PAGES, b'{"run": 1, "from": 0, "count": 16}')
    desk.board.forward(0.02)
    assert sorted(desk.pages(1, 10, 2))[-2:] == [10, 11]
    assert not desk.board.app.host_links.busy


def test_erasing_ends_at_zero_and_the_number_never_comes_again(desk: Desk) -> None:
    board = desk.board
    record(board, 5, pages=6)
    assert desk.ask(m.ERASE, {"run": 5}, 0.5) == (m.ERASE | m.ANSWER, {"run": 5, "left": 2})
    assert desk.ask(m.ERASE, {"run": 5}, 0.5)[1]["left"] == 0
    assert desk.ask(m.ERASE, {"run": 5}, 0.5)[1]["left"] == 0
    assert desk.ask(m.ERASE, {"run": 4_000_000_000})[1]["left"] == 0
    board.boot()
    assert board.app.register.next_id() == 6


def test_nothing_is_changed_or_erased_while_a_run_is_recorded(desk: Desk) -> None:
    board = desk.board
    board.app.recorder.begin(1, board.app.pipeline, 0, 0, {})
    for kind, request in ((m.SETTINGS_SET, {"motor_percent": 60}), (m.ERASE, {"run": 1}),
                          (m.PRESCRIPTION_SET, {"patient": "P02"})):  # fmt: skip
        answered, answer = desk.ask(kind, request)
        assert answered == m.ERROR
        assert "end it first" in answer["why"]
    assert desk.ask(m.INFO)[1]["mode"] == "paused"


def test_a_run_that_begins_in_the_middle_of_a_pull_costs_at_most_the_page_on_its_way(
    desk: Desk,
) -> None:
    """The run fills the page that serves the log between runs; a host reads into its own frame."""
    board = desk.board
    record(board, 1)
    whole = desk.pages(1, 0, RUN_PAGES)
    desk.send(m.PAGES, json.dumps({"run": 1, "from": 0, "count": RUN_PAGES}).encode())
    heard = desk.listen(0.1)
    board.app.recorder.begin(2, board.app.pipeline, 0, 0, {"uid": board.uid})
    heard += desk.listen(3.0)
    got = {int.from_bytes(page[4:8], "little"): unpacked(page[8:])
           for _kind, _sequence, page in heard if len(page) > 8}  # fmt: skip
    assert len(got) >= RUN_PAGES - 1
    assert got.items() <= whole.items()
    assert desk.pages(1, 0, RUN_PAGES) == whole
    board.app.recorder.close()
    recorded = desk.pages(2, 0, 10).values()
    assert recorded
    assert all(crc_ok(page) for page in recorded)


def test_the_live_stream_comes_while_asked_for(desk: Desk) -> None:
    desk.ask(m.LIVE, {"on": 1})
    frames = [json.loads(payload) for kind, _, payload in desk.listen(3) if kind == m.STREAM]
    assert 5 <= len(frames) <= 8
    assert set(frames[0]) >= {"t", "lean", "cadence", "activity", "band", "fb", "lost"}
    desk.ask(m.LIVE, {"on": 0})
    assert desk.listen(2) == []


def test_a_host_that_never_reads_costs_nothing(desk: Desk) -> None:
    board = desk.board
    desk.ask(m.LIVE, {"on": 1})
    board.port.stalled = True
    for _ in range(200):
        desk.send(m.PRESCRIPTION_GET, b"")
    began_ms = board.sim_clock.now_ms()
    board.forward(10)
    assert board.sim_clock.now_ms() - began_ms <= 10_010
    assert board.app.loop.worst_pass_ms < 50
    assert board.app.host_links.stream_lost >= 15
    assert len(board.app.host_links.links[0][0]._out) < 1000
    board.port.stalled = False
    answers = [frame for frame in desk.listen(15) if frame[0] == m.PRESCRIPTION_GET | m.ANSWER]
    assert len(answers) == 200  # late, but none is lost


def test_a_cable_pulled_in_the_middle_of_a_frame_leaves_nothing_behind(desk: Desk) -> None:
    board = desk.board
    record(board, 1)
    board.port.room = 700
    desk.ask(m.LIVE, {"on": 1})
    desk.send(m.PAGES, b'{"run": 1, "from": 0, "count": 16}')
    board.forward(0.1)
    assert board.app.host_links.busy
    board.port.host_write(framing.encode(m.INFO, 9, b"{}")[:5])  # half a request
    board.forward(0.05)
    board.port.plugged = False
    board.forward(0.05)
    assert not board.app.host_links.busy
    assert not board.app.host_links.links[0][0].live
    board.port.host_read()
    board.port.reset_input_buffer()
    board.port.plugged = True
    board.port.room = 4096
    desk.receiver = framing.Receiver()
    assert desk.ask(m.HELLO, {})[0] == m.HELLO | m.ANSWER


def test_a_noisy_wire_never_stops_the_clip(desk: Desk) -> None:
    board = desk.board
    board.port.drop = board.port.corrupt = 0.01
    for _ in range(60):
        desk.send(m.INFO, b"{}")
        desk.listen(0.05)
    board.port.drop = board.port.corrupt = 0.0
    desk.send(m.INFO, b"{}")
    desk.listen(0.5)
    assert desk.ask(m.INFO)[0] == m.INFO | m.ANSWER
    assert faults.PROGRAM not in board.app.recorder.faults


def test_a_clip_without_a_second_port_works_alone(tmp_path: Path) -> None:
    board = SimBoard(Still(), tmp_path, code=code())
    board.port = None
    board.boot()
    board.forward(1)
    assert board.app.recorder.faults == {}
