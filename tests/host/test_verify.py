"""The proof: an honest log gives 0 differing bytes, and every change is found."""

import binascii
import struct
from dataclasses import replace

import numpy as np
import pytest
from host_runs import DATA, logged, runner
from leancore import pages, reading, records, trainer
from leancue import recording, runlog
from leancue.errors import VerifyMismatch
from leancue.verify import verify


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
    assert proof.records == sum(1 for _ in reading.split(run.decisions)) > 80
    assert proof.samples == len(run.raw)
    assert proof.seconds == pytest.approx(30, abs=1.5)
    assert "0 differing bytes" in str(proof) and not proof.stopped
    proof.demand()


def test_commands_are_repeated_in_the_proof():
    """A shake and a calibration during the run change the steps' flags and the records."""
    made = runner(run_s=30, drop_deg=9, still_s=8)
    commands = ((20, trainer.IN_SHAKE, 500), (41.5, trainer.IN_CALIBRATE, 0))
    run = one(logged(made, commands=commands))
    assert verify(run).proved
    codes = [
        reading.unpack(kind, body)["code"]
        for kind, body in reading.split(run.decisions)
        if kind == records.EVENT
    ]
    assert records.CALIBRATED in codes
    assert not verify(replace(run, inputs=run.inputs[1:])).proved
    assert not verify(replace(run, inputs=())).proved


def test_a_changed_raw_sample_is_found(written):
    run = one(written)
    a = run.raw.a.copy()
    a[1500:1600, 1] += 300
    proof = verify(replace(run, raw=replace(run.raw, a=a)))
    assert proof.differing_bytes > 0 and not proof.proved
    assert "The clip logged step at" in str(proof) and "stride_cdeg" in str(proof)
    with pytest.raises(VerifyMismatch, match="differing bytes") as caught:
        proof.demand()
    assert caught.value.exit_code == 31


def test_a_flipped_bit_of_a_raw_sample_is_found(written):
    """A high bit of a force: another strike, another cadence."""
    page = bytearray(written[5])
    page[reading.raw_at(pages.Header(page), 20) + 14] ^= 0x20
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
    last = list(reading.split(run.decisions))[-1]
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
    assert proof.proved and "not closed" in proof.stopped


def test_a_change_before_a_hole_is_found(written):
    run = one(written[:6] + written[7:])
    a = run.raw.a.copy()
    a[200:400] //= 2
    assert not verify(replace(run, raw=replace(run.raw, a=a))).proved


def test_not_provable_says_why(written):
    run = one(written)
    assert "did not ask for raw" in verify(one(logged(runner(run_s=6), raw=0))).why_not
    assert "first page" in verify(one(written[1:])).why_not
    assert "state" in verify(replace(run, state=b"")).why_not
    for state in (run.state[:-4], run.state[:-3], struct.pack("<i", 99) + run.state[4:]):
        proof = verify(replace(run, state=state))
        assert proof.why_not and not proof.proved and "desk" in proof.why_not
    assert verify(replace(run, settings={"no_such": 1})).why_not


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the recordings are not at {DATA}")
def test_a_real_run_is_proved():
    made = recording.read(DATA / "sacral_run_1.csv")
    proof = verify(one(logged(made, baseline_cdeg=-100)))
    assert proof.proved and proof.records > 70
