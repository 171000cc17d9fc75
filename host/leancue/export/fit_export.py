"""A run as a FIT activity (Garmin's format), by ``fit-tool``.

Cadence is FIT's own: whole strides a minute (rpm), half of it in the fraction. Lean is a developer
field in degrees, so that a program that does not know it still shows the rest. There is one record
per second while there are steps, with the last step before it; the second after the last step has
cadence 0. The order and fields are those of Garmin's "Activity File" (FIT SDK): creator, device,
the timer's start, records in order of time, the timer's stop, lap, session, activity.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from fit_tool.base_type import BaseType
from fit_tool.data_message import DataMessage
from fit_tool.developer_field import DeveloperField
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.developer_data_id_message import DeveloperDataIdMessage
from fit_tool.profile.messages.device_info_message import DeviceInfoMessage
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.field_description_message import FieldDescriptionMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import (
    Activity,
    Event,
    EventType,
    FileType,
    LapTrigger,
    Manufacturer,
    SessionTrigger,
    SourceType,
    Sport,
    SubSport,
)
from leancore.runlog.records import STEP_FIELDS

from leancue.decoding.decisions import Decisions
from leancue.decoding.record_columns import Column, columns
from leancue.language.words import _
from leancue.runs import pace
from leancue.runs.pace import Mark, Stretch
from leancue.runs.runlog import Run

APPLICATION = tuple(b"LeanCue by clip\0")  # 16 bytes that name the source of the fields
_SHOWN = columns(STEP_FIELDS, "fit")
_WORDS_AT = 2 * len(_SHOWN)  # number of the developer field with the text of a mark
_MARKER_ID = 3
_MEAN = "mean_"  # before the name of a field of a lap or session
_FIT_EPOCH_S = 631_065_600  # FIT counts from 1989-12-31
_STALE_MS = 3000  # no step for longer: not running at that second
_RPM_MOST = 254  # in a byte, where 255 means invalid
_MAKER = {"manufacturer": Manufacturer.DEVELOPMENT.value, "product": 0}

M = TypeVar("M", bound=DataMessage)


def encode(
    run: Run, steps: Decisions, began_s: int, paces: Sequence[Stretch] = (),
    marks: Sequence[Mark] = (),
) -> bytes:  # fmt: skip
    """Return the bytes of the file.

    Args:
        run: the run.
        steps: its steps.
        began_s: when the run began, seconds since 1970.
        paces: speed and incline, as somebody marked them: FIT's own speed (m/s) and grade (%).
        marks: moments that somebody marked: user markers, their words a developer field.
    """
    builder = FitFileBuilder(auto_define=True, min_string_size=16)
    for message in _messages(run, steps, began_s, paces, marks):
        builder.add(message)
    return bytes(builder.build().to_bytes())


def _messages(
    run: Run, steps: Decisions, began_s: int, paces: Sequence[Stretch], marks: Sequence[Mark]
) -> Iterator[DataMessage]:
    length_ms = int(steps.step_t_ms[-1]) if len(steps.step_t_ms) else 0
    at_ms, end_ms = began_s * 1000, (began_s + -(-length_ms // 1000)) * 1000
    timer = {"event": Event.TIMER, "event_group": 0}
    yield _filled(FileIdMessage(), type=FileType.ACTIVITY, time_created=at_ms,
                  serial_number=_serial(run), **_MAKER)  # fmt: skip
    yield _filled(DeveloperDataIdMessage(), developer_data_index=0,
                  application_id=list(APPLICATION))  # fmt: skip
    for number, column in enumerate(_SHOWN):
        yield _description(2 * number, column, "")
        yield _description(2 * number + 1, column, _MEAN)
    if marks:
        yield _filled(
            FieldDescriptionMessage(), developer_data_index=0, field_definition_number=_WORDS_AT,
            fit_base_type_id=BaseType.STRING.value, field_name="mark",
        )  # fmt: skip
    yield _filled(
        DeviceInfoMessage(), timestamp=at_ms, device_index=0, serial_number=_serial(run),
        source_type=SourceType.LOCAL, product_name="LeanCue clip",
        software_version=_version(run), **_MAKER,
    )  # fmt: skip
    yield _filled(EventMessage(), timestamp=at_ms, event_type=EventType.START, **timer)
    waiting = [*pace.in_order(marks)]
    for second, index in _seconds(steps):
        while waiting and waiting[0].at_ms <= second * 1000:
            yield _marker(waiting.pop(0), at_ms)
        made = _record((began_s + second) * 1000, steps, index)
        yield _filled(made, **(_pace(paces, second * 1000) if index is not None else {}))
    yield _filled(EventMessage(), timestamp=end_ms, event_type=EventType.STOP_ALL, **timer)
    whole = {
        "message_index": 0, "timestamp": end_ms, "start_time": at_ms,
        "total_elapsed_time": length_ms / 1000, "total_timer_time": length_ms / 1000,
        "total_distance": 0.0,  # not measured by a clip
        "sport": Sport.RUNNING, "sub_sport": SubSport.GENERIC, "event_type": EventType.STOP,
        **_averages(steps),
    }  # fmt: skip
    yield _filled(_with_mean(LapMessage, steps), event=Event.LAP,
                  lap_trigger=LapTrigger.SESSION_END, **whole)  # fmt: skip
    yield _filled(_with_mean(SessionMessage, steps), event=Event.SESSION, first_lap_index=0,
                  num_laps=1, trigger=SessionTrigger.ACTIVITY_END, **whole)  # fmt: skip
    yield _filled(
        ActivityMessage(), timestamp=end_ms, local_timestamp=_local(end_ms // 1000),
        total_timer_time=length_ms / 1000, num_sessions=1, type=Activity.MANUAL,
        event=Event.ACTIVITY, event_type=EventType.STOP,
    )  # fmt: skip


def _marker(mark: Mark, began_ms: int) -> EventMessage:
    """A marked moment; lasting values from then on are in the records."""
    words = mark.words or _("speed and incline")
    field = DeveloperField(
        field_id=_WORDS_AT, name="mark", base_type=BaseType.STRING,
        size=len(words.encode()) + 1, developer_data_index=0,
    )  # fmt: skip
    field.set_value(0, words)
    return _filled(
        EventMessage(developer_fields=[field], local_id=_MARKER_ID),
        timestamp=began_ms + mark.at_ms, event=Event.USER_MARKER, event_type=EventType.MARKER,
    )  # fmt: skip


def _filled(message: M, **values: Any) -> M:
    """Return ``message`` with its fields set, by their names in Garmin's profile."""
    for name, value in values.items():
        setattr(message, name, value)
    return message


def _serial(run: Run) -> int:
    """A constant number of the clip, since FIT has no room for a UID and 0 is invalid."""
    return binascii.crc32(str(run.info.get("uid", "")).encode()) or 1


def _version(run: Run) -> float:
    """The clip's software version in FIT form: one number with two decimals."""
    found = re.match(r"\d{1,2}\.\d{1,2}", str(run.info.get("core", "")), re.ASCII)
    return float(found.group()) if found else 0.0


def _local(time_s: int) -> int:
    """Seconds of this host's local time since FIT's begin."""
    offset = datetime.fromtimestamp(time_s).astimezone().utcoffset()
    return time_s - _FIT_EPOCH_S + (int(offset.total_seconds()) if offset else 0)


def _description(number: int, column: Column, before: str) -> FieldDescriptionMessage:
    return _filled(
        FieldDescriptionMessage(), developer_data_index=0, field_definition_number=number,
        fit_base_type_id=BaseType.FLOAT32.value, field_name=before + column.bare,
        units=column.unit,
    )  # fmt: skip


def _own(number: int, column: Column, before: str, value: float) -> DeveloperField:
    """A field of ours with a value in the record's unit."""
    made = DeveloperField(
        field_id=number, name=before + column.bare, base_type=BaseType.FLOAT32, size=4,
        units=column.unit, developer_data_index=0,
    )  # fmt: skip
    made.set_value(0, value / column.scale)
    return made


def _seconds(steps: Decisions) -> Iterator[tuple[int, int | None]]:
    """Yield the seconds with a record, in order, each with its step; None: not running."""
    times_ms = steps.step_t_ms
    if not len(times_ms):
        yield 0, None
        return
    first, last = -(-times_ms // 1000), (times_ms + _STALE_MS) // 1000
    end = int(times_ms[-1]) // 1000
    near = np.unique(np.concatenate([first + i for i in range(_STALE_MS // 1000 + 2)]))
    for second in sorted({0, *near[near <= end].tolist(), *(last + 1)[last < end].tolist()}):
        index = int(np.searchsorted(times_ms, second * 1000, side="right")) - 1
        fresh = index >= 0 and second * 1000 - int(times_ms[index]) <= _STALE_MS
        yield second, index if fresh else None


def _record(at_ms: int, steps: Decisions, index: int | None) -> RecordMessage:
    """The state at one second; without a recent step: not running."""
    if index is None:
        return _filled(RecordMessage(local_id=1), timestamp=at_ms, cadence=0)
    own = [
        _own(2 * number, column, "", float(steps.steps[column.field][index]))
        for number, column in enumerate(_SHOWN)
    ]
    rpm, fraction = _rpm(float(steps.cadence_cspm[index]))
    return _filled(RecordMessage(developer_fields=own, local_id=2), timestamp=at_ms,
                   cadence=rpm, fractional_cadence=fraction)  # fmt: skip


def _pace(paces: Sequence[Stretch], t_ms: int) -> dict[str, float]:
    """Marked speed in m/s and grade in percent."""
    speed, incline = pace.at(paces, t_ms)
    found = {} if speed is None else {"enhanced_speed": speed / 1000}
    return found if incline is None else {**found, "grade": incline / 10}


def _rpm(cadence_cspm: float) -> tuple[int, float]:
    """Strides a minute, whole and fraction, from hundredths of a step a minute."""
    strides_cpm = int(cadence_cspm) // 2
    return min(strides_cpm // 100, _RPM_MOST), strides_cpm % 100 / 100


def _averages(steps: Decisions) -> dict[str, Any]:
    """Mean and greatest cadence, and strides; nothing where there were no steps."""
    known = steps.cadence_cspm[steps.cadence_cspm > 0]
    if not len(known):
        return {}
    mean, part = _rpm(float(known.mean()))
    most, most_part = _rpm(float(known.max()))
    return {
        "avg_cadence": mean, "avg_fractional_cadence": part,
        "max_cadence": most, "max_fractional_cadence": most_part,
        "total_cycles": len(steps.step_t_ms) // 2,
    }  # fmt: skip


def _with_mean(kind: type[M], steps: Decisions) -> M:
    """A lap or session with the means of its steps."""
    if not len(steps.step_t_ms):
        return kind()
    return kind(developer_fields=[
        _own(2 * number + 1, column, _MEAN, float(steps.steps[column.field].mean()))
        for number, column in enumerate(_SHOWN)
    ])  # fmt: skip
