"""The run recorder: the content of a page, and the maximum loss at a power cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from device_rig import NEAR_WRAP_MS
from leancore import pipeline
from leancore.coaching import prescription
from leancore.numeric.ticks import ticks_add, ticks_diff
from leancore.pipeline import Pipeline
from leancore.runlog import log_reading, records
from leancore.runlog.page_layout import records_of
from leancore.runlog.pages import FIRST, LAST, Header, crc_ok
from leancore.runlog.raw_reading import raw_samples
from leancore.schema import faults, settings
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q, Sample
from leancue.runs.runlog import read_runs
from leandevice.storage.drive import Drive
from leandevice.storage.run_archive import RunArchive
from leandevice.storage.run_recorder import COMMIT_MS, RunRecorder
from leandevice.storage.run_store import PATH, RunStore

from boards.sim.flash import Flash

WALL_S = 1_700_000_000


class Bench:
    """A journal on a real store, with a pipeline that stands still."""

    def __init__(self, folder: Path, raw: int = 1, slots: int = 64) -> None:
        folder.mkdir(exist_ok=True)
        self.flash = Flash(folder, pages=slots + 8)
        self.flash.real_path(PATH).write_bytes(bytes(slots * 4096))
        self.store = self.opened()
        self.recorder = RunRecorder(self.store, lambda: WALL_S)
        self.pipeline = Pipeline(settings.checked({}), prescription.checked({"raw": raw}))
        self.sample = Sample()
        self.sample.flags = HAS_Q | HAS_A | HAS_G
        self.sample.az = 2511
        self.now_ms = NEAR_WRAP_MS

    def opened(self) -> RunStore:
        """As a start finds the log."""
        flash = self.flash
        return RunStore(Drive(flash.open, flash.stat_size, sector_offset_of=flash.sector_offset_of))

    def begin(self, run_id: int = 1) -> Bench:
        self.recorder.begin(run_id, self.pipeline, pipeline.RUN_BEGAN, self.now_ms, {"uid": "00"})
        return self

    def run(self, ms: int, sampled: bool = True) -> Bench:
        """Passes of 10 ms, each with a sample unless the sensor is silent."""
        for _ in range(ms // 10):
            self.now_ms = ticks_add(self.now_ms, 10)
            if sampled:
                self.sample.t_ms = self.now_ms
                self.recorder.sample(self.pipeline, self.sample, 0)
            self.recorder.step(self.now_ms)
        return self

    def pages(self, run_id: int = 1) -> list[tuple[Header, bytes]]:
        run = self.store.find(run_id)
        numbers = range(run.pages if run else 0)
        pages = [bytes(RunArchive(self.store).read(run_id, number) or b"") for number in numbers]
        return [(Header(page), page) for page in pages if page and crc_ok(page)]


def kinds(bench: Bench) -> list[int]:
    return [kind for header, page in bench.pages() for kind, _ in log_reading.split(
        records_of(page, header))]  # fmt: skip


def test_a_closed_run_holds_its_configuration_and_every_sample(tmp_path: Path) -> None:
    bench = Bench(tmp_path).begin().run(5000)
    bench.recorder.close()
    pages = bench.pages()
    assert [header.number for header, _ in pages] == list(range(len(pages)))
    assert pages[0][0].flags == FIRST
    assert pages[-1][0].flags == LAST
    assert {header.wall_s for header, _ in pages} == {WALL_S}
    samples = [since_ms for header, page in pages for since_ms, _ in raw_samples(page, header)]
    assert samples == list(range(10, 5010, 10))
    assert kinds(bench).count(records.BLOB) >= 4


def test_after_a_power_cut_no_more_than_ten_seconds_are_missing(tmp_path: Path) -> None:
    for raw in (0, 1):
        bench = Bench(tmp_path / str(raw), raw).begin()
        for second in range(60):
            bench.run(1000)
            bench.recorder.note_device(bench.now_ms, records.DEV_BATTERY, 3900)
            kept = kinds(bench).count(records.DEVICE)
            assert second + 1 - kept <= COMMIT_MS / 1000


def test_a_silent_sensor_does_not_keep_records_from_the_drive(tmp_path: Path) -> None:
    bench = Bench(tmp_path).begin().run(300)
    bench.run(COMMIT_MS + 100, sampled=False)
    assert len([1 for h, page in bench.pages() for _ in raw_samples(page, h)]) == 30


def test_times_are_right_after_a_silence_longer_than_a_page_can_count(tmp_path: Path) -> None:
    bench = Bench(tmp_path).begin().run(300).run(100_000, sampled=False).run(300)
    bench.recorder.close()
    since_ms = [t for header, page in bench.pages() for t, _ in raw_samples(page, header)]
    assert since_ms == [*range(10, 310, 10), *range(100_310, 100_610, 10)]


def test_without_raw_only_records_are_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin().run(30_000)
    bench.recorder.close()
    assert all(header.raw_units == 0 for header, _ in bench.pages())
    assert len(bench.pages()) <= 4  # the configuration takes up to two


def lasted(bench: Bench) -> list[tuple[int, int]]:
    """(seconds, closed) of the run, now and after a start."""
    return [(run.seconds, run.closed) for store in (bench.store, bench.opened())
            if (run := store.find(1))]  # fmt: skip


def test_a_run_of_steps_alone_lasted_until_its_end(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin().run(25_000)
    bench.pipeline.t_ms = bench.now_ms
    bench.recorder.sample(bench.pipeline, bench.sample, pipeline.RUN_ENDED)
    assert lasted(bench) == [(25, 1), (25, 1)]


def test_a_run_that_is_ended_by_a_command_lasted_until_then(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin()
    bench.pipeline.t_ms = ticks_add(bench.now_ms, 30_000)
    bench.pipeline.command = lambda code, value: pipeline.RUN_ENDED  # type: ignore[method-assign]
    bench.recorder.command(bench.pipeline, pipeline.IN_END)
    assert lasted(bench) == [(30, 1), (30, 1)]


def test_a_run_that_was_cut_off_lasted_until_its_last_decision_at_least(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin().run(18_000)
    bench.pipeline.steps.strike_ms = bench.now_ms
    bench.recorder.sample(bench.pipeline, bench.sample, pipeline.STEP)
    bench.run(10_000)
    (_, closed), (seconds, closed_then) = lasted(bench)
    assert (seconds, closed, closed_then) == (18, 0, 0)


def test_remarks_from_before_the_run_are_in_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.recorder.fault(faults.SENSOR_ABSENT, bench.now_ms)
    for _ in range(100):  # no more than there is room for
        bench.recorder.note_device(bench.now_ms, records.DEV_BATTERY, 1 << 20)
    bench.begin()
    bench.recorder.close()
    noted = [log_reading.unpack(kind, body) for header, page in bench.pages()
             for kind, body in log_reading.split(records_of(page, header))
             if kind == records.DEVICE]  # fmt: skip
    assert [note["a"] for note in noted[:-1]] == [32767] * 12
    assert (noted[-1]["code"], noted[-1]["a"]) == (records.DEV_FAULT, faults.SENSOR_ABSENT)


def told(bench: Bench) -> list[tuple[int, int]]:
    """(fault, count) of each record of a fault."""
    found = [log_reading.unpack(kind, body) for header, page in bench.pages()
             for kind, body in log_reading.split(records_of(page, header))
             if kind == records.DEVICE]  # fmt: skip
    return [(note["a"], note["b"]) for note in found if note["code"] == records.DEV_FAULT]


def test_a_fault_in_every_pass_fills_no_log(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin()
    for _ in range(1000):
        bench.run(10)
        bench.recorder.fault(faults.PROGRAM, bench.now_ms)
    bench.recorder.close()
    assert 9 <= len(told(bench)) <= 12
    assert told(bench)[-1] == (faults.PROGRAM, 1000)
    assert bench.recorder.unrecorded == {}


def test_faults_outside_of_a_run_are_counted_in_the_next_one(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0)
    for _ in range(50):
        bench.recorder.fault(faults.SENSOR_RESET, bench.now_ms)
    bench.recorder.fault(faults.BUS_ERROR, bench.now_ms)
    bench.begin()
    bench.recorder.close()
    assert told(bench) == [(faults.SENSOR_RESET, 50), (faults.BUS_ERROR, 1)]


def test_a_command_is_recorded_and_reaches_the_trainer(tmp_path: Path) -> None:
    bench = Bench(tmp_path).begin().run(100)
    bench.recorder.command(bench.pipeline, pipeline.IN_CALIBRATE)
    assert bench.pipeline.calibration.state
    bench.recorder.close()
    assert kinds(bench).count(records.INPUT) == 1
    bench.recorder.command(bench.pipeline, pipeline.IN_SHAKE, 100)  # outside of a run: just done


@pytest.mark.parametrize(("knob", "number"), [("fail_writes", faults.LOG_WRITE),
                                              ("fill", faults.LOG_FULL)])  # fmt: skip
def test_what_cannot_be_kept_is_told_and_the_run_goes_on(
    tmp_path: Path, knob: str, number: int
) -> None:
    bench = Bench(tmp_path, slots=3 if knob == "fill" else 64).begin()
    bench.flash.fail_writes = knob == "fail_writes"
    bench.run(20_000)
    assert bench.recorder.trouble == number
    assert bench.recorder.faults[number] >= 1
    bench.flash.fail_writes = False
    bench.run(4000)
    bench.recorder.close()
    assert (len(bench.pages()) > 0) is (bench.store.find(1) is not None)


def test_pages_are_filled_well(tmp_path: Path) -> None:
    bench = Bench(tmp_path).begin().run(20_000)
    full = bench.pages()[1][0]
    assert full.raw_bytes + full.record_bytes > 4000
    assert ticks_diff(bench.now_ms, NEAR_WRAP_MS) == 20_000


def test_steps_alone_cost_few_erases_and_little_room(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin()
    before = bench.flash.write_count
    for _ in range(10 * 60 * 3):
        bench.run(330)
        bench.recorder.note_device(bench.now_ms, records.DEV_BATTERY, 3900)
    minutes = 10 * 60 * 3 * 330 / 60_000
    assert (bench.flash.write_count - before) / minutes <= 8
    run = bench.store.find(1)
    assert run is not None
    assert run.pages <= 6  # one for two minutes; the first holds the configuration


def test_a_page_on_the_drive_is_never_written_over(tmp_path: Path) -> None:
    bench = Bench(tmp_path, raw=0).begin()
    newest: dict[int, bytes] = {}
    for _ in range(60):
        bench.run(5000)
        for _ in range(30):
            bench.recorder.note_device(bench.now_ms, records.DEV_BATTERY, 3900)
        data = bench.flash.real_path(PATH).read_bytes()
        for number, page in newest.items():
            kept = bytes(RunArchive(bench.store).read(1, number))
            assert Header(kept).record_bytes >= Header(page).record_bytes
            assert page in data or kept != page  # it went only when a fuller one was there
        newest = {header.number: page for header, page in bench.pages()}
    assert len(newest) > 3


def test_a_nearly_full_log_keeps_steps_instead_of_raw_samples(tmp_path: Path) -> None:
    bench = Bench(tmp_path, slots=32).begin()
    for _ in range(90):
        bench.run(1000)
        bench.recorder.note_device(bench.now_ms, records.DEV_BATTERY, 3900)
    assert bench.recorder.faults == {faults.RAW_STOPPED: 1}
    assert bench.store.free_pages > 0
    bench.recorder.close()
    (run,) = read_runs(bench.flash.real_path(PATH))
    assert run.closed
    assert len([fields for fields in run.device if fields["code"] == records.DEV_BATTERY]) == 90
    with_raw = [page.header.number for page in run.pages if page.header.raw_units]
    assert run.raw_stopped == 1 + max(with_raw)
    assert run.before_hole()[0] == len(run.raw) > 3000


def test_a_log_full_of_pulled_runs_keeps_raw_samples(tmp_path: Path) -> None:
    bench = Bench(tmp_path, slots=32).begin().run(90_000)
    bench.recorder.close()
    RunArchive(bench.store).mark_pulled(1)
    bench.begin(2).run(30_000)
    bench.recorder.close()
    assert bench.recorder.faults == {faults.RAW_STOPPED: 1}  # of the first run
    samples = [t for header, page in bench.pages(2) for t, _ in raw_samples(page, header)]
    assert samples == list(range(10, 30_010, 10))
