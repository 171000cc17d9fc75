"""The proof: an honest log gives 0 differing bytes, and every change is found."""

import binascii
import struct
from dataclasses import replace

import numpy as np
import pytest
from host_runs import logged, runner, with_raw
from leancore import pipeline
from leancore.attitude.orientation_selector import CHIP, OWN
from leancore.pipeline import Pipeline
from leancore.runlog import log_reading, pages, records, state_snapshot
from leancore.runlog import raw_rows as rows
from leancore.runlog.page_layout import records_of
from leancore.runlog.raw_reading import row_ends
from leancore.schema import faults
from leancue.basis.errors import LogError, VerifyMismatch
from leancue.recordings import recording
from leancue.report import build_report
from leancue.runs import runlog
from leancue.runs.run_start import configuration
from leancue.runs.verify import Verification, feed, verify


def one(written):
    (run,) = runlog.runs_of(b"".join(written))
    return run


class WithDecisions:
    """A run with other decision bytes, whatever they are."""

    def __init__(self, run, decisions):
        self._run = run
        self.decisions = decisions

    def __getattr__(self, name):
        return getattr(self._run, name)

    def before_hole(self):
        return len(self._run.raw), self.decisions


@pytest.fixture(scope="module")
def written():
    return logged(runner(run_s=30, drop_deg=9))


def test_an_honest_log_is_proved(written):
    run = one(written)
    proof = verify(run)
    assert proof.proved and proof.differing_bytes == 0
    assert proof.records == sum(1 for _ in log_reading.split(run.decisions)) > 80
    assert proof.samples == len(run.raw)
    assert proof.seconds == pytest.approx(30, abs=1.5)
    assert "0 differing bytes" in str(proof) and not proof.stopped
    proof.require()


def test_commands_are_repeated_in_the_proof():
    """A shake and a calibration during the run change the steps' flags and the records."""
    made = runner(run_s=30, drop_deg=9, still_s=8)
    commands = ((20, pipeline.IN_SHAKE, 500), (41.5, pipeline.IN_CALIBRATE, 0))
    run = one(logged(made, commands=commands))
    assert verify(run).proved
    codes = [
        log_reading.unpack(kind, body)["code"]
        for kind, body in log_reading.split(run.decisions)
        if kind == records.EVENT
    ]
    assert records.CALIBRATED in codes
    assert not verify(replace(run, inputs=run.inputs[1:])).proved
    assert not verify(replace(run, inputs=())).proved


def test_a_changed_raw_sample_is_found(written):
    run = one(written)
    a = run.raw.a.copy()
    a[1500:1600, 1] += 300
    proof = verify(with_raw(run, replace(run.raw, a=a)))
    assert proof.differing_bytes > 0 and not proof.proved
    assert "The clip logged step at" in str(proof) and "stride_lean_cdeg" in str(proof)
    with pytest.raises(VerifyMismatch, match="differing bytes") as caught:
        proof.require()
    assert caught.value.exit_code == 31


def test_a_flipped_bit_of_a_raw_sample_is_found(written):
    """A high bit of a force: another strike, another cadence."""
    page = bytearray(written[5])
    ends = row_ends(page, pages.Header(page))
    end = next(one for one in ends[20:] if page[one - 1] >= rows.NARROW)
    page[end - rows.NARROW_BYTES + 3] ^= 0x20
    page[-4:] = struct.pack("<I", binascii.crc32(page[:-4]))
    assert not verify(one([*written[:5], bytes(page), *written[6:]])).proved


def test_every_changed_decision_is_found(written):
    run = one(written)
    rng = np.random.default_rng(1)
    for at in rng.choice(len(run.decisions), 25, replace=False).tolist():
        changed = bytearray(run.decisions)
        changed[at] ^= 1
        proof = verify(WithDecisions(run, bytes(changed)))
        assert proof.differing_bytes == 1 and proof.difference


def test_a_decision_taken_away_or_added_is_found(written):
    run = one(written)
    last = list(log_reading.split(run.decisions))[-1]
    without = run.decisions[: -2 - len(last[1])]
    assert verify(WithDecisions(run, without)).differing_bytes == 2 + len(last[1])
    assert "logged nothing" in verify(WithDecisions(run, without)).difference
    more = run.decisions + bytes((last[0], len(last[1]))) + last[1]
    assert "the replay gives nothing" in verify(WithDecisions(run, more)).difference


def test_a_hole_stops_the_proof_there(written):
    proof = verify(one(written[:6] + written[7:]))
    assert proof.proved and "page 6 is missing" in proof.stopped
    assert 0 < proof.seconds < 25
    assert 0 < proof.records < verify(one(written)).records


@pytest.mark.parametrize("kept", range(2, 12))
def test_a_power_cut_after_any_page_leaves_a_proof_of_the_rest(written, kept):
    proof = verify(one(written[:kept]))
    assert proof.proved and "not completed" in proof.stopped and proof.stopped in str(proof)


def test_a_change_before_a_hole_is_found(written):
    run = one(written[:6] + written[7:])
    a = run.raw.a.copy()
    a[200:400] //= 2
    assert not verify(with_raw(run, replace(run.raw, a=a))).proved


def stripped(page, keep=lambda kind: kind not in records.DECISIONS):
    """A page without the records that are not to be kept, its CRC right."""
    header = pages.Header(page)
    data = bytearray(page)
    kept = b"".join(
        bytes((kind, len(body))) + body
        for kind, body in log_reading.split(records_of(page, header))
        if keep(kind)
    )
    begin = pages.HEADER_BYTES
    data[begin : begin + header.record_bytes] = kept + bytes(header.record_bytes - len(kept))
    struct.pack_into("<H", data, begin - 2, len(kept))
    struct.pack_into("<I", data, pages.CRC_AT, binascii.crc32(data[: pages.CRC_AT]))
    return bytes(data)


@pytest.mark.parametrize("kept", [1, 2, 5, 12])
def test_an_unclosed_run_without_its_decisions_is_not_proved(written, kept):
    """An open end excuses the records of its last sample, and no others."""
    proof = verify(one([stripped(page) for page in written[:kept]]))
    assert not proof.proved and "not completed" in proof.stopped
    assert proof.differing_bytes > 0
    with pytest.raises(VerifyMismatch):
        proof.require()


@pytest.mark.parametrize("first", [1, 4, 10])
def test_an_unclosed_run_whose_decisions_end_early_is_not_proved(written, first):
    """What was decided before its last sample must be there, whatever came before is right."""
    kept = written[:12]
    cut = [*kept[:first], *(stripped(page) for page in kept[first:])]
    assert not verify(one(cut)).proved
    count, replayed, certain = until_a_decision(one(kept))
    assert certain > len(replayed) // 2 and count > 100


def test_an_unclosed_run_may_lack_the_records_of_its_last_sample(written):
    """The page with them was not written any more; what was decided before must be there."""
    run = one(written[:9])
    count, replayed, certain = until_a_decision(run)
    cut = WithDecisions(run, replayed)
    for end in {0, 1, certain // 2, *range(certain - 3, len(replayed) + 1)}:
        cut.before_hole = lambda end=end: (count, replayed[:end])
        assert verify(cut).proved == (end >= certain)


def test_the_records_of_the_last_sample_that_are_there_must_be_right(written):
    """What the page holds of them is compared, and so is what no sample of it gave."""
    run = one(written[:9])
    count, replayed, certain = until_a_decision(run)
    cut = WithDecisions(run, replayed)
    wrong = bytearray(replayed)
    wrong[certain + 2] ^= 1
    cut.before_hole = lambda: (count, bytes(wrong))
    assert verify(cut).differing_bytes == 1
    cut.before_hole = lambda: (count, replayed + replayed[:11])
    proof = verify(cut)
    assert proof.differing_bytes == 11 and "the replay gives nothing" in proof.difference


def until_a_decision(run):
    """How many samples end with one that decided something; the records, and those before it."""
    for count in range(len(run.raw), 0, -1):
        fresh = Pipeline(*configuration(run))
        out, certain, _ = feed(run, count, fresh, *log_reading.restore(fresh, run.state))
        if certain < len(out):
            return count, out, certain
    raise AssertionError("no sample decided anything")


def test_what_was_decided_before_the_first_sample_is_certain(written):
    run = one(written)
    pipeline = Pipeline(*configuration(run))
    restored = log_reading.restore(pipeline, run.state)
    out, certain, sources = feed(replace(run, inputs=()), 0, pipeline, *restored)
    assert certain == len(out) > 0 and len(sources) == 1


def test_nothing_decided_proves_nothing(written):
    """A forged state in which nothing had happened, and a single sample."""
    run = one(written)
    version, _happened, t_ms = struct.unpack_from("<3i", run.state)
    state = struct.pack("<3i", version, 0, t_ms) + run.state[12:]
    forged = replace(run, state=state, inputs=(), closed=False)
    one_sample = WithDecisions(forged, b"")
    one_sample.before_hole = lambda: (1, b"")
    proof = verify(one_sample)
    assert not proof.proved and "neither clip nor replay" in str(proof)
    closed = WithDecisions(replace(forged, closed=True), b"")
    closed.before_hole = lambda: (1, run.decisions[:11])
    assert "replay gives nothing" in str(verify(closed))
    assert not Verification(1).proved
    assert not Verification(1, records=3, differing_bytes=1).proved
    assert Verification(1, records=1).proved


def test_no_sample_before_the_first_gap_proves_nothing(written):
    proof = verify(replace(one(written), raw_stopped=0))
    assert not proof.proved and "before the first gap" in str(proof)


def test_the_proof_ends_where_no_more_raw_samples_were_kept(written):
    run = replace(one(written), raw_stopped=6)
    proof = verify(run)
    assert proof.proved and "memory was full" in proof.stopped
    assert proof.seconds == pytest.approx(run.raw.since_ms[proof.samples - 1] / 1000)
    assert proof.records < verify(one(written)).records
    assert proof.samples == len(one(written[:6]).raw) < len(run.raw)
    hole = verify(replace(run, holes=(4,)))
    assert "page 4" in hole.stopped and hole.samples < proof.samples


@pytest.mark.parametrize(
    ("code", "number"),
    [(records.DEV_FAULT, faults.REPORTS_LOST), (records.DEV_GRANTED, faults.RAW_STOPPED)],
)
def test_only_the_note_that_no_more_are_kept_ends_the_proof(written, code, number):
    def noted(*note):
        body = struct.pack("<IBhh", 9000, *note)
        record = bytes((records.DEVICE, len(body))) + body
        return one([*written[:-1], with_record(written[-1], record)])

    run = noted(code, number, 1)
    assert any(fields["a"] == number for fields in run.device)
    assert run.raw_stopped is None and not verify(run).stopped
    assert noted(records.DEV_FAULT, faults.RAW_STOPPED, 1).raw_stopped == len(written) - 1


def with_record(page, record):
    """A page with one record more, its CRC right."""
    header = pages.Header(page)
    data = bytearray(page)
    begin = pages.HEADER_BYTES
    kept = bytes(records_of(page, header)) + record
    assert begin + len(kept) <= pages.CRC_AT - header.raw_bytes
    data[begin : begin + len(kept)] = kept
    struct.pack_into("<H", data, begin - 2, len(kept))
    struct.pack_into("<I", data, pages.CRC_AT, binascii.crc32(data[: pages.CRC_AT]))
    return bytes(data)


def test_what_is_no_record_is_said_so_where_it_differs(written):
    run = one(written)
    at = sum(2 + len(body) for _kind, body in list(log_reading.split(run.decisions))[:30])
    for spoilt, words in (
        ((200, 3), "a record of a different kind"),
        ((records.STEP, 2), "cut short"),
    ):
        changed = bytearray(run.decisions)
        changed[at : at + 2] = bytes(spoilt)
        assert words in verify(WithDecisions(run, bytes(changed))).difference


def test_not_provable_says_why(written):
    run = one(written)
    unasked = one(logged(runner(run_s=6), raw=0))
    assert "did not ask for raw" in verify(unasked).why_not
    asked = replace(unasked, prescription={**unasked.prescription, "raw": 1})
    assert "has no raw" in verify(asked).why_not
    assert "first page" in verify(one(written[1:])).why_not
    for lost in ({"state": b""}, {"settings": {}}, {"prescription": {}}):
        assert "does not contain the state" in verify(replace(run, **lost)).why_not
    for state in (run.state[:-4], run.state[:-3], run.state + bytes(4),
                  struct.pack("<i", 99) + run.state[4:]):  # fmt: skip
        proof = verify(replace(run, state=state))
        assert proof.why_not and not proof.proved and "desk" in proof.why_not
        assert f"clip ({run.info['core']})" in str(proof)
    named = replace(run, state=run.state[:-4], info={"version": "0.0.9"})
    assert "clip (0.0.9)" in verify(named).why_not
    both = replace(named, info={"core": "0.0.8", "version": "0.0.9"})
    assert "clip (0.0.8)" in verify(both).why_not
    assert "clip (unknown)" in verify(replace(named, info={})).why_not
    assert "no_such" in verify(replace(run, settings={"no_such": 1})).why_not


@pytest.mark.parametrize(
    "changed",
    [{"baseline_cdeg": 1200}, {"offset_low_cdeg": 800}, {"cap_offset_cdeg": 1300},
     {"minutes": [20] * 8}, {"feedback_percent": [50] * 8}],
)  # fmt: skip
def test_a_prescription_that_the_clip_did_not_go_by_is_not_proved(written, changed):
    """A report would show its band beside decisions that were made by another."""
    run = one(written)
    proof = verify(replace(run, prescription={**run.prescription, **changed}))
    assert "session and prescription in the log" in proof.why_not and not proof.proved


def test_a_state_that_no_trainer_can_be_in_is_said_to_be_so(written):
    """Numbers of any size in it end in words, whatever the pipeline's arithmetic makes of them."""
    run = one(written)
    head, rest = run.state[:12], run.state[12:]
    for filler in (b"\x7f", b"\x80", b"\xff"):
        state = head + filler * len(rest)
        proof = verify(replace(run, state=state))
        assert not proof.proved
        assert proof.differing_bytes or "contradicts" in proof.why_not


def with_state(run, **fields):
    """The run with other numbers in the state in which it began."""
    fresh = Pipeline(*configuration(run))
    happened, t_ms = log_reading.restore(fresh, run.state)
    for name, value in fields.items():
        *stages, field = name.split("__")
        stage = fresh
        for one_stage in stages:
            stage = getattr(stage, one_stage)
        setattr(stage, field, value)
    return replace(run, state=bytes(state_snapshot.pack(fresh, happened, t_ms)))


@pytest.mark.parametrize("variance", [-(1 << 31), -5000 << 14])
def test_numbers_that_would_grow_for_ever_end_the_proof(written, variance):
    """A variance below zero feeds on itself: each step squares it."""
    bad = with_state(one(written), vertical__own__bias___variance_q14=[variance] * 3)
    assert "exceed all limits" in verify(bad).why_not


def test_a_vertical_from_nowhere_ends_the_proof(written):
    bad = with_state(one(written), vertical__source=7)
    why_not = verify(bad).why_not
    assert "source 7" in why_not and "is impossible" in why_not and "releases" not in why_not
    assert "Not provable" in build_report(bad, verify(bad))


def test_who_gave_the_vertical_is_told_with_times(written):
    (source,) = verify(one(written)).sources
    assert source[0] == 0


@pytest.mark.parametrize(
    "raised", [ZeroDivisionError, OverflowError, IndexError, KeyError, ValueError, struct.error]
)
def test_whatever_the_arithmetic_raises_is_said_of_the_state(written, raised):
    class Impossible(Pipeline):
        def step(self, sample):
            raise raised("such a number")

    run = one(written)
    pipeline = Impossible(*configuration(run))
    with pytest.raises(
        LogError, match=r"state at the start of run \d+ is impossible.*such a number"
    ):
        feed(run, 10, pipeline, *log_reading.restore(pipeline, run.state))


def test_every_change_of_who_gives_the_vertical_is_told(written):
    class Changing(Pipeline):
        taken_samples = 0

        def step(self, sample):
            self.taken_samples += 1
            self.vertical.source = CHIP if 100 <= self.taken_samples < 200 else OWN
            return 0

    run = one(written)
    pipeline = Changing(*configuration(run))
    restored = log_reading.restore(pipeline, run.state)
    pipeline.vertical.source = OWN
    _out, _certain, sources = feed(run, 300, pipeline, *restored)
    at_ms = run.raw.since_ms.tolist()
    assert sources == ((0, OWN), (at_ms[99], CHIP), (at_ms[199], OWN))


def test_the_first_difference_is_told_by_its_record(written):
    run = one(written)
    found = list(log_reading.split(run.decisions))
    at = sum(2 + len(body) for _kind, body in found[:30])
    kind, body = found[30]
    changed = bytearray(run.decisions)
    changed[at + 2 + 4] ^= 1  # the first field behind the time
    difference = verify(WithDecisions(run, bytes(changed))).difference
    fields = log_reading.unpack(kind, body)
    assert f"{log_reading.RECORDS[kind][0]} at {fields['t_ms'] / 1000:.3f} s (" in difference
    assert difference.count(f"{fields['t_ms'] / 1000:.3f} s") == 2


def test_a_real_run_is_proved(recordings_dir):
    made = recording.read(recordings_dir / "sacral_run_1.csv")
    proof = verify(one(logged(made, baseline_cdeg=-100)))
    assert proof.proved and proof.records > 35


def test_the_proof_tells_how_far_it_is(written):
    run, told = one(written), []
    verify(run, lambda done, total: told.append((done, total)))
    done = [samples for samples, _total in told]
    assert done == sorted(done) and len(done) > 50 and done[-1] < len(run.raw)
    assert {total for _samples, total in told} == {len(run.raw)}


def test_numbers_whose_length_doubles_are_refused_before_nothing_goes_on(written):
    """So they grow where each is a product of two: a replay of a second of them never ends."""

    class Growing(Pipeline):
        taken_samples = 0

        def step(self, sample):
            self.taken_samples += 1
            self._lean_sum = (self._lean_sum + 2) ** 2
            return 0

    run = one(written)
    pipeline = Growing(*configuration(run))
    with pytest.raises(LogError, match="exceed all limits"):
        feed(run, len(run.raw), pipeline, *log_reading.restore(pipeline, run.state))
    assert pipeline.taken_samples <= 16
