"""What a proof says: each sentence whole, and the numbers in it where they belong."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from host_runs import logged, runner
from leancore import __version__
from leancore.pipeline import Pipeline
from leancore.runlog import log_reading, records
from leancue.basis.errors import LogError, VerifyMismatch
from leancue.runs import runlog, verify
from leancue.runs.run_start import AGAIN, configuration
from leancue.runs.verify import Verification

WORDS = "40 records over 12 s compared, 0 differing bytes"


@pytest.fixture(scope="module")
def run():
    (made,) = runlog.runs_of(b"".join(logged(runner(run_s=6), run_id=7)))
    return made


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, f"{WORDS}."),
        ({"stopped": "Here it ends"}, f"{WORDS}. Here it ends."),
        ({"difference": "One", "stopped": "Two"}, f"{WORDS}. One. Two."),
        ({"why_not": "there is nothing."}, "Not provable: there is nothing."),
    ],
)
def test_a_result_in_one_line(more, said):
    assert str(Verification(7, records=40, seconds=12.3, **more)) == said


def test_whoever_demands_a_proof_is_told_of_the_run_and_what_to_type():
    failed = Verification(7, differing_bytes=3, records=40, seconds=12.3)
    with pytest.raises(VerifyMismatch) as caught:
        failed.require()
    error = caught.value
    assert error.what == "Run 7: 40 records over 12 s compared, 3 differing bytes."
    assert error.why == "The log was changed after it was made, or the clip ran another version."
    assert error.way_out == "Type `leancue runs pull --again`, then `leancue verify` once more."


@pytest.mark.parametrize(
    ("other", "why_not"),
    [
        ({"holes": (0,)}, "the first page of the run is missing."),
        ({"state": b""}, "the log does not contain the state at the start of the run."),
        ({"raw_stopped": 0}, "there are no raw samples before the first gap."),
        ({"state": b"\x63\0\0\0", "info": {}},
         f"the programs of clip (unknown) and desk ({__version__}) differ: "),
    ],
)  # fmt: skip
def test_why_nothing_can_be_proved(run, other, why_not):
    found = verify.verify(replace(run, **other))
    assert found.run_id == run.run_id == 7
    assert found.why_not.startswith(why_not)
    assert found == Verification(7, why_not=found.why_not)
    if not why_not.endswith("."):
        assert "None" not in found.why_not and len(found.why_not) > len(why_not) + 5


def test_why_a_run_without_raw_samples_cannot_be_proved(run):
    empty = SimpleNamespace(
        holes=(), state=b"1", settings={"a": 1}, raw=(), prescription={"raw": 1}
    )
    assert verify._why_not(empty) == "the run has no raw samples."
    empty.prescription = {"raw": 0}
    said = "the prescription did not ask for raw samples (raw = true)."
    assert verify._why_not(empty) == said


def test_a_run_in_which_nothing_was_decided(run, monkeypatch):
    monkeypatch.setattr(verify, "feed", lambda *_: (b"", 0, ()))
    bare = SimpleNamespace(**{name: getattr(run, name) for name in run.__dataclass_fields__})
    bare.raw = run.raw
    bare.before_hole = lambda: (1, b"")
    said = "neither clip nor replay made a decision."
    assert verify.verify(bare) == Verification(7, why_not=said)


def test_a_state_that_cannot_be_is_told_of_the_run(run):
    pipeline = Pipeline(*configuration(run))
    happened, t_ms = log_reading.restore(pipeline, run.state)
    pipeline.vertical.source = 9
    with pytest.raises(LogError) as caught:
        verify.feed(run, 5, pipeline, happened, t_ms)
    error = caught.value
    said = "The state at the start of run 7 is impossible: the vertical comes from source 9."
    assert (error.what, error.why) == (said, "The log was changed after it was made.")
    assert error.way_out == AGAIN


@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_may_be_as_large_as_a_log_holds_them_and_no_larger(run, sign):
    pipeline = Pipeline(*configuration(run))
    pipeline.run_onset.rows[0] = sign * verify._MOST
    verify._require_possible(pipeline)
    pipeline.run_onset.rows[0] += sign
    with pytest.raises(OverflowError, match="^its numbers exceed all limits$"):
        verify._require_possible(pipeline)


def event(t_ms, code, a):
    buffer = bytearray(records.MOST_BYTES)
    return bytes(buffer[: records.pack_note(buffer, records.EVENT, t_ms, code, a, 0)])


FIRST, SECOND = event(1000, 1, 5), event(2500, 2, 6)
FIRST_SAID, SECOND_SAID = (
    "event at 1.000 s (code 1, a 5, b 0)",
    "event at 2.500 s (code 2, a 6, b 0)",
)
FOREIGN = bytes((99, 3, 1, 2, 3))


def compared(clip: bytes, replay: bytes) -> Verification:
    """What comes of a closed run of 12.3 s whose log holds ``clip`` and whose replay gives that."""
    raw = SimpleNamespace(since_ms=np.array([0, 12_300]))
    made = SimpleNamespace(run_id=7, holes=(), raw_stopped=None, closed=True, raw=raw)
    return verify._compared(made, 2, clip, replay, len(replay))


def test_what_is_the_same_has_no_difference():
    both = compared(FIRST + SECOND, FIRST + SECOND)
    assert both == Verification(7, records=2, samples=2, seconds=12.3)


def test_the_records_that_are_counted_are_the_clip_s():
    assert compared(FIRST, FIRST + SECOND).records == 1
    assert compared(FIRST + SECOND, FIRST).records == 2


@pytest.mark.parametrize(
    ("clip", "replay", "differing", "said"),
    [
        (
            FIRST + SECOND,
            FIRST + event(2500, 2, 7),
            1,
            (SECOND_SAID, SECOND_SAID.replace("6", "7")),
        ),
        (event(1000, 1, 4) + SECOND, FIRST + SECOND, 1, (FIRST_SAID.replace("5", "4"), FIRST_SAID)),
        (FIRST, FIRST + SECOND, len(SECOND), ("nothing", SECOND_SAID)),
        (FIRST + SECOND, FIRST, len(SECOND), (SECOND_SAID, "nothing")),
        (FIRST + SECOND[:6], FIRST + SECOND, len(SECOND) - 6, ("a record cut short", SECOND_SAID)),
        (FIRST + SECOND[:1], FIRST, 1, ("a record of a different kind", "nothing")),
        (FIRST + FOREIGN, FIRST, len(FOREIGN), ("a record of a different kind", "nothing")),
    ],
)
def test_the_first_difference_in_words(clip, replay, differing, said):
    found = compared(clip, replay)
    assert found.differing_bytes == differing
    assert found.difference == f"The clip logged {said[0]}, the replay gives {said[1]}"
