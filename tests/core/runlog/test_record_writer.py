"""The record of each event bit."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from leancore import pipeline as happened
from leancore.gait.activity import RUN, WALK
from leancore.gait.run_onset import RunOnset
from leancore.numeric.ticks import PERIOD_MS
from leancore.runlog import log_reading, records
from leancore.runlog.record_writer import RecordWriter
from leancore.sensor.sample import CLIPPED, GAP, SHAKEN

START_MS, NOW_MS = 5000, 9000


def onset(count: int) -> RunOnset:
    """First steps at 3000, 3400, … ms, with these flags of their samples."""
    made = RunOnset()
    made.count = count
    for i in range(count):
        row = [3000 + 400 * i, 10 + i, 20 + i, 18000 + i, (GAP, SHAKEN, CLIPPED, 0)[i % 4]]
        made.rows[i * RunOnset.WIDTH : (i + 1) * RunOnset.WIDTH] = row
    return made


def pipeline(now: int = WALK, count: int = 0) -> Any:
    """What the writer looks at, each number another one."""
    return SimpleNamespace(
        session=3, frame=SimpleNamespace(source=2), activity=SimpleNamespace(now=now),
        run_onset=onset(count), cue=2, fault=12, baseline_cdeg=-750, calibrated=1,
        calibration=SimpleNamespace(quality_permille=987),
        coach=SimpleNamespace(in_band=1, duration_ms=340),
        plan=SimpleNamespace(feedback=1, window=4, known=1),
        steps=SimpleNamespace(strike_ms=8800, cadence_cspm=17000),
        stride=SimpleNamespace(stride_lean_cdeg=1234, step_cdeg=1200, flags=GAP | CLIPPED),
    )  # fmt: skip


def written(see: Any, bits: int, start_ms: int = START_MS) -> list[tuple[int, dict[str, int]]]:
    """(kind, fields) of each record of one sample at ``NOW_MS``."""
    data = bytearray()
    writer = RecordWriter(lambda record, length: data.extend(record[:length]))
    writer.start_ms = start_ms
    writer.write(see, bits, NOW_MS)
    return [(kind, log_reading.unpack(kind, body) or {}) for kind, body in log_reading.split(data)]


def event(code: int, a: int, b: int = 0, t_ms: int = NOW_MS - START_MS) -> Any:
    return records.EVENT, {"t_ms": t_ms, "code": code, "a": a, "b": b}


@pytest.mark.parametrize(
    ("bit", "expected"),
    [
        (happened.ACTIVITY, event(records.ACTIVITY, WALK)),
        (happened.CALIBRATED, event(records.CALIBRATED, 1, 987)),
        (happened.FEEDBACK, event(records.WINDOW, 1, 4)),
        (happened.FAULT, event(records.FAULT, 12)),
        (happened.RUN_ENDED, event(records.RUN_ENDED, -750)),
        (happened.RUN_BEGAN, event(records.RUN_BEGAN, 3, 2, t_ms=0)),
        (happened.CUE, (records.CUE, {"t_ms": 4000, "kind": 2, "duration_ms": 340,
                                      "stride_lean_cdeg": 1234})),
    ],
)  # fmt: skip
def test_one_thing_that_happened_gives_one_record(bit: int, expected: Any) -> None:
    assert written(pipeline(), bit) == [expected]


def test_nothing_happened_gives_nothing() -> None:
    assert written(pipeline(now=RUN, count=3), 0) == []


def test_a_run_begins_with_its_first_step_or_else_now() -> None:
    (began,) = written(pipeline(count=3), happened.RUN_BEGAN)
    assert began == event(records.RUN_BEGAN, 3, 2, t_ms=NOW_MS - 3000)


def test_the_first_steps_stand_before_the_news_that_it_is_running() -> None:
    found = written(pipeline(now=RUN, count=4), happened.RUN_BEGAN | happened.ACTIVITY)
    assert [kind for kind, _ in found] == [records.EVENT, *4 * [records.STEP], records.EVENT]
    steps = [tuple(fields.values()) for _, fields in found[1:5]]
    flags = (records.STEP_GAP, records.STEP_SHAKEN, records.STEP_CLIPPED, 0)
    assert steps == [
        (400 * i, 10 + i, 20 + i, 18000 + i, flag) for i, flag in enumerate(flags)
    ]  # none is in the band, has feedback, or was judged


def test_walking_has_no_first_steps() -> None:
    assert written(pipeline(now=WALK, count=4), happened.ACTIVITY) == [
        event(records.ACTIVITY, WALK)
    ]


@pytest.mark.parametrize("bits", range(8))
def test_a_step_says_how_it_stands_to_the_band(bits: int) -> None:
    see = pipeline()
    see.coach.in_band, see.plan.feedback, see.plan.known = bits & 1, bits >> 1 & 1, bits >> 2
    ((kind, fields),) = written(see, happened.STEP)
    assert kind == records.STEP
    assert fields["flags"] == bits | records.STEP_GAP | records.STEP_CLIPPED
    assert fields["t_ms"] == 8800 - START_MS
    assert (fields["stride_lean_cdeg"], fields["step_cdeg"], fields["cadence_cspm"]) == (
        1234, 1200, 17000,
    )  # fmt: skip


@pytest.mark.parametrize("judged", [0, 1])
@pytest.mark.parametrize(
    ("flags", "bits"),
    [(0, 0), (GAP, records.STEP_GAP), (SHAKEN, records.STEP_SHAKEN),
     (CLIPPED, records.STEP_CLIPPED), (GAP | SHAKEN | CLIPPED, 56)],
)  # fmt: skip
def test_what_happened_to_a_step_s_samples(flags: int, bits: int, judged: int) -> None:
    see = pipeline()
    see.stride.flags = flags
    see.coach.in_band, see.plan.feedback, see.plan.known = 0, 0, judged
    ((_, fields),) = written(see, happened.STEP)
    assert fields["flags"] == bits | records.JUDGED * judged


@pytest.mark.parametrize(
    ("start_ms", "since_ms"),
    [(NOW_MS - 1, 1), (NOW_MS, 0), (NOW_MS + 1, 0), (PERIOD_MS - 1000, 10_000)],
)
def test_times_count_from_the_begin_of_the_run(start_ms: int, since_ms: int) -> None:
    ((_, fields),) = written(pipeline(), happened.FAULT, start_ms)
    assert fields["t_ms"] == since_ms


@pytest.mark.parametrize(
    "values", [{}, {"a": 1}, {"name": 'K-1 "ä"', "minutes": [15, 20], "raw": None}]
)
def test_a_dict_is_written_as_the_json_of_all_of_it(values: dict[str, Any]) -> None:
    whole, pieces = bytearray(), bytearray()
    RecordWriter(lambda record, length: pieces.extend(record[:length])).json(1, values)
    RecordWriter(lambda record, length: whole.extend(record[:length])).blob(
        1, json.dumps(values).encode()
    )
    assert pieces == whole


@pytest.mark.parametrize("sizes", [(150, 150, 150), (200, 1), (1, 199, 200), (7,) * 90, (450, 0)])
def test_pieces_of_any_size_give_the_blob_of_the_whole(sizes: tuple[int, ...]) -> None:
    data = bytes(i % 251 for i in range(sum(sizes)))
    whole, pieces, parts, at = bytearray(), bytearray(), [], 0
    for size in sizes:
        parts.append(data[at : at + size])
        at += size
    RecordWriter(lambda record, length: whole.extend(record[:length])).blob(4, data)
    RecordWriter(lambda record, length: pieces.extend(record[:length])).pieces(
        4, len(data), iter(parts)
    )
    assert pieces == whole
    bodies = [body[5:] for _, body in log_reading.split(bytes(whole))]
    assert b"".join(bodies) == data
    assert [len(body) for body in bodies[:-1]] == [records.BLOB_PIECE] * (len(bodies) - 1)
