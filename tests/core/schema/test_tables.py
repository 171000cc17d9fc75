"""Faults and messages: numbers that others rely on are dense, unique and worded."""

from __future__ import annotations

from leancore.link import messages
from leancore.runlog import records
from leancore.schema import faults


def test_fault_numbers_are_dense_and_their_names_agree() -> None:
    assert [row[0] for row in faults.FAULTS] == list(range(1, len(faults.FAULTS) + 1))
    keys = [row[1] for row in faults.FAULTS]
    assert len(set(keys)) == len(keys)
    assert {key.upper() for key in keys} == {
        name for name in vars(faults) if name.isupper() and name not in ("FAULTS", "FELT", "TOLD")
    }
    for number, key, runner, therapist, felt in faults.FAULTS:
        assert felt in (faults.FELT, faults.TOLD) and faults.felt()[number] == str(felt)
        assert getattr(faults, key.upper()) == number
        assert runner.endswith(".") and therapist.endswith(".")


def test_fault_row_by_number() -> None:
    assert faults.row(1)[1] == "sensor_silent"
    assert faults.row(len(faults.FAULTS)) is faults.FAULTS[-1]
    assert faults.row(0) is None
    assert faults.row(len(faults.FAULTS) + 1) is None


def test_message_kinds_are_unique_and_leave_room_for_the_answer_bit() -> None:
    kinds = [row[0] for row in messages.MESSAGES]
    assert len(set(kinds)) == len(kinds)
    assert all(0 < kind < messages.ANSWER for kind in kinds)
    assert len({row[1] for row in messages.MESSAGES}) == len(kinds)
    assert all(1 <= row[4] <= messages.PROTOCOL for row in messages.MESSAGES)


def test_events_and_device_records_have_names() -> None:
    for rows in (records.EVENTS, records.DEVICES):
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert all(row[1] for row in rows)
    assert records.EVENTS[records.RUN_BEGAN - 1][1] == "run_began"
    assert records.DEVICES[records.DEV_BATTERY - 1][1] == "battery_mv"


def test_flags_are_single_bits_that_fit_their_field() -> None:
    assert [row[0] for row in records.FLAGS] == [1 << i for i in range(len(records.FLAGS))]
    assert records.FLAGS[-1][0] < 256
