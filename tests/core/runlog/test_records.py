"""Log records: layouts, splitting, and what the writer writes of a run."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from core_motion import Wearer
from core_runs import Run, calibrated, go_on
from hypothesis import given
from hypothesis import strategies as st
from leancore import pipeline
from leancore.coaching import coach
from leancore.coaching.coach import CUES
from leancore.gait import activity
from leancore.gait.activity import ACTIVITIES, RUN
from leancore.gait.run_onset import RunOnset
from leancore.runlog import records
from leancore.runlog.log_reading import NEEDED, RECORDS, check, split, unpack
from leancore.runlog.record_writer import RecordWriter
from leancore.runlog.records import BLOB, CUE, DEVICE, EVENT, INPUT, STEP
from leancore.sensor.sample import CLIPPED, GAP


def written(call) -> bytes:
    data = bytearray()
    call(RecordWriter(lambda record, length: data.extend(record[:length])))
    return bytes(data)


def named(kind: int) -> list[str]:
    return [row[records.NAME] for row in RECORDS[kind][1]]


@pytest.mark.parametrize("kind", RECORDS)
def test_each_field_has_all_that_is_made_of_it(kind: int) -> None:
    """Names are unique, units are those of the names, places are known."""
    fields = RECORDS[kind][1]
    assert named(kind)[0] == "t_ms"
    assert len(set(named(kind))) == len(fields)
    places = {"replay", "csv", "json", "parquet", "fit"}
    for name, form, unit, since, column, shown, meaning in fields:
        assert struct.calcsize("<" + form) in (1, 2, 4)
        assert unit in ("", "bits") or name.endswith("_" + unit)
        assert since.count(".") == 2 and column and meaning
        assert set(shown.split()) <= places


def test_a_row_of_the_first_steps_has_a_place_for_each_field() -> None:
    assert len(records.STEP_FIELDS) == RunOnset.WIDTH


@pytest.mark.parametrize("kind", RECORDS)
def test_what_is_written_is_as_long_as_the_table_says(kind: int) -> None:
    buf = bytearray(records.MOST_BYTES)
    length = {
        STEP: lambda: records.pack_step(buf, 1, list(range(20)), 0, 7),
        CUE: lambda: records.pack_cue(buf, 1, 2, 3, 4),
    }.get(kind, lambda: records.pack_note(buf, kind, 1, 2, 3, 4))()
    ((got, body),) = split(bytes(buf[:length]))
    assert (got, len(body)) == (kind, records.body_bytes(RECORDS[kind][1]))
    expected = [1, 1, 2, 3, 7] if kind == STEP else [1, 2, 3, 4]
    assert list(unpack(kind, body).values())[: len(expected)] == expected


@pytest.mark.parametrize("kind", RECORDS)
def test_a_longer_record_is_read_as_far_as_it_is_known(kind: int) -> None:
    body = bytes(range(1, records.body_bytes(RECORDS[kind][1]) + 1))
    assert unpack(kind, body + b"\xff\xff") == unpack(kind, body)


@pytest.mark.parametrize("kind", RECORDS)
def test_a_shorter_record_has_zeros_or_is_refused(kind: int) -> None:
    """A field that is there in part is not there."""
    fields, names = RECORDS[kind][1], named(kind)
    ends = [records.body_bytes(fields[: 1 + i]) for i in range(len(names))]
    body = b"\x01" * ends[-1]
    whole = unpack(kind, body)
    for length in range(ends[-1]):
        there = sum(end <= length for end in ends)
        if there < NEEDED:
            with pytest.raises(ValueError, match=f"of {length} bytes, without its {names[there]}"):
                check(kind, body[:length])
        else:
            expected = {name: whole[name] if i < there else 0 for i, name in enumerate(names)}
            assert unpack(kind, body[:length]) == expected


def test_unknown_kinds_are_skipped_by_a_reader() -> None:
    data = bytes((99, 3, 1, 2, 3)) + written(lambda s: s.note(DEVICE, 5, 1, 2, 3))
    kinds = [(kind, unpack(kind, body)) for kind, body in split(data)]
    assert kinds == [(99, None), (DEVICE, {"t_ms": 5, "code": 1, "a": 2, "b": 3})]


@pytest.mark.parametrize("kind", [DEVICE, INPUT, EVENT])
@pytest.mark.parametrize(
    "values", [(0, 0, 0, 0), (1 << 28) * 1 and (268435455, 255, -32768, 32767)]
)
def test_notes_round_trip(kind: int, values) -> None:
    t_ms, code, a, b = values
    ((got, body),) = split(written(lambda s: s.note(kind, t_ms, code, a, b)))
    assert got == kind
    assert unpack(kind, body) == {"t_ms": t_ms, "code": code, "a": a, "b": b}


def test_a_time_before_the_run_is_its_beginning() -> None:
    def late(writer: RecordWriter) -> None:
        writer.start_ms = 1000
        writer.note(DEVICE, 990, 1, 0, 0)

    ((_, body),) = split(written(late))
    assert unpack(DEVICE, body)["t_ms"] == 0


@pytest.mark.parametrize("size", [0, 1, 199, 200, 201, 999])
def test_blobs_come_in_pieces_and_can_be_put_together(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    pieces = list(split(written(lambda s: s.blob(records.STATE, data))))
    whole = bytearray(size)
    for kind, body in pieces:
        assert kind == BLOB
        what, total, offset = struct.unpack_from(records.BLOB_HEAD, body)
        assert (what, total) == (records.STATE, size)
        part = body[struct.calcsize(records.BLOB_HEAD) :]
        whole[offset : offset + len(part)] = part
    assert bytes(whole) == data


@given(st.binary(max_size=300))
def test_splitting_anything_ends_or_raises_value_error(data: bytes) -> None:
    try:
        parts = list(split(data))
    except ValueError:
        return
    assert sum(2 + len(body) for _, body in parts) == len(data)


def test_a_record_cut_short_is_an_error() -> None:
    data = written(lambda s: s.note(DEVICE, 5, 1, 2, 3))
    for cut in range(1, len(data)):
        with pytest.raises(ValueError, match="goes past the end"):
            list(split(data[:cut]))


# A run as the writer writes it.


@pytest.fixture(scope="module")
def run() -> Run:
    run, wearer = calibrated(run_end_ms=30000)
    wearer.run(70, lambda t: np.interp(t, (40, 41, 55, 56), (14, 9, 9, 14))).stand(35)
    return go_on(run, wearer)


def test_events_in_their_order(run: Run) -> None:
    codes = [event["code"] for event in run.records(EVENT)]
    assert codes.index(records.CALIBRATED) < codes.index(records.RUN_BEGAN)
    assert codes.index(records.RUN_BEGAN) < codes.index(records.RUN_ENDED)
    assert codes.count(records.RUN_BEGAN) == codes.count(records.RUN_ENDED) == 1
    began = run.events(records.ACTIVITY)
    assert RUN in [event["a"] for event in began]


def test_the_first_steps_are_there_from_the_start(run: Run) -> None:
    """A run is known after some steps; the log begins with the first of them, at time 0."""
    steps = run.records(STEP)
    times = [step["t_ms"] for step in steps]
    assert times[0] == 0
    assert times == sorted(set(times))
    assert max(b - a for a, b in zip(times, times[1:], strict=False)) < 400  # none is left out
    assert len(steps) == pytest.approx(70 * 3, abs=4)


def test_steps_carry_lean_cadence_and_flags(run: Run) -> None:
    held = [step for step in run.records(STEP) if 10_000 < step["t_ms"] < 38_000]
    for step in held:
        assert abs(step["stride_lean_cdeg"] - 1400) < 40
        assert abs(step["cadence_cspm"] - 18000) < 300
        assert step["flags"] & records.JUDGED
        assert step["flags"] & records.IN_BAND
        assert step["flags"] & records.FEEDBACK
    out = [step for step in run.records(STEP) if 44_000 < step["t_ms"] < 53_000]
    assert not any(step["flags"] & records.IN_BAND for step in out)


def test_the_first_step_leans_as_the_runner_and_not_as_the_stand_before_it() -> None:
    """There is no stride of running behind it, only a bow or a walk: the step stands for it."""
    for before in (Wearer().stand(4), Wearer().stand(3).bow(), Wearer().stand(2).walk(5)):
        run = Run(nominal=True).play(before.run(8, 14).rows)
        first, second = run.records(STEP)[:2]
        assert first["stride_lean_cdeg"] == first["step_cdeg"]
        both = (first["step_cdeg"] + second["step_cdeg"]) / 2
        assert abs(second["stride_lean_cdeg"] - both) < 60
        assert not first["flags"] & records.JUDGED


def test_cues_say_which_and_how_long(run: Run) -> None:
    cues = run.records(CUE)
    assert cues
    for cue in cues:
        assert cue["kind"] in range(1, 5)
        assert 0 < cue["duration_ms"] <= 1500
        assert cue["t_ms"] > 40_000


def test_steps_in_a_pulse_are_marked_shaken(run: Run) -> None:
    first = run.records(CUE)[0]
    begins, ends = first["t_ms"], first["t_ms"] + first["duration_ms"]
    during = [s for s in run.records(STEP) if begins + 50 < s["t_ms"] < ends]
    assert during
    assert all(step["flags"] & records.STEP_SHAKEN for step in during)


def test_gaps_and_clipping_are_marked() -> None:
    for flag, bit in ((GAP, records.STEP_GAP), (CLIPPED, records.STEP_CLIPPED)):
        run, wearer = calibrated()
        wearer.run(12, 14)
        wearer.rows[900] = (wearer.rows[900][0], wearer.rows[900][1] | flag, *wearer.rows[900][2:])
        marked = [s for s in go_on(run, wearer).records(STEP) if s["flags"] & bit]
        assert 1 <= len(marked) <= 2


def test_baseline_is_written_at_the_end(run: Run) -> None:
    (ended,) = run.events(records.RUN_ENDED)
    assert ended["a"] == run.pipeline.baseline_cdeg
    assert 1150 < ended["a"] < 1350


def test_the_end_by_command_is_written_once() -> None:
    run, wearer = calibrated()
    go_on(run, wearer.run(10, 14))
    bits = run.pipeline.end_run()
    assert bits == pipeline.RUN_ENDED
    assert run.pipeline.end_run() == 0


def test_every_kind_of_cue_and_activity_has_its_name() -> None:
    """Their numbers are part of the layout."""
    assert CUES.index("cap") == coach.CAP
    assert CUES.index("back_in") == coach.BACK_IN == len(CUES) - 1
    assert ACTIVITIES.index("run") == activity.RUN
    assert ACTIVITIES.index("other") == activity.OTHER == len(ACTIVITIES) - 1


def test_what_no_clip_writes_is_refused() -> None:
    """Three days is the longest run; an event's numbers have ranges by its code."""
    longest_ms = 1 << 28
    for kind, (_name, fields) in RECORDS.items():
        form, values = records.form_of(fields), dict.fromkeys(named(kind), 1)
        check(kind, struct.pack(form, *{**values, "t_ms": longest_ms}.values()))
        with pytest.raises(ValueError, match="t_ms"):
            check(kind, struct.pack(form, *{**values, "t_ms": longest_ms + 1}.values()))
    for kind in (0, 5):
        with pytest.raises(ValueError, match="kind"):
            check(CUE, struct.pack("<IBHh", 1, kind, 1, 1))
    for code, a, b in ((records.ACTIVITY, 4, 0), (records.RUN_BEGAN, 0, 3), (records.WINDOW, 2, 0)):
        with pytest.raises(ValueError, match="event"):
            check(EVENT, struct.pack("<IBhh", 1, code, a, b))
    check(EVENT, struct.pack("<IBhh", 1, records.FAULT, 999, -1))  # of a later version
    check(BLOB, b"")
    check(77, b"of a later version")
