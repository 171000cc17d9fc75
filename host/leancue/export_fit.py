"""A run as a FIT activity (Garmin's format), by ``fit-tool``.

Cadence is FIT's own: whole strides a minute (rpm), half of it in the fraction. Lean is a developer
field in degrees, so that a program that does not know it still shows the rest. One record a second:
the last step before it.
"""

from __future__ import annotations

import numpy as np
from fit_tool.base_type import BaseType
from fit_tool.developer_field import DeveloperField
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.developer_data_id_message import DeveloperDataIdMessage
from fit_tool.profile.messages.field_description_message import FieldDescriptionMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import FileType, Manufacturer, Sport

from leancue.decisions import Decisions
from leancue.runlog import Run

APPLICATION = tuple(b"LeanCue by clip\0")  # 16 bytes that name the source of the field
UNITS = "deg"
_FIT_EPOCH_S = 631_065_600  # FIT counts from 1989-12-31; a clip without a clock begins there
_STALE_MS = 3000  # no step for longer: no running at that second


def encode(run: Run, steps: Decisions) -> bytes:
    """Return the bytes of the file."""
    began_ms = max(run.wall_s, _FIT_EPOCH_S) * 1000
    length_ms = int(steps.step_t_ms[-1]) if len(steps.step_t_ms) else 0
    builder = FitFileBuilder(auto_define=True, min_string_size=16)
    builder.add(_file_id(run, began_ms))
    builder.add(_developer())
    builder.add(_lean_description())
    for t_ms in range(0, length_ms + 1000, 1000):
        index = int(np.searchsorted(steps.step_t_ms, t_ms, side="right")) - 1
        fresh = index >= 0 and t_ms - int(steps.step_t_ms[index]) <= _STALE_MS
        builder.add(_record(began_ms + t_ms, steps, index if fresh else None))
    for message in (LapMessage(), SessionMessage()):
        message.start_time = began_ms
        message.timestamp = began_ms + length_ms
        message.total_elapsed_time = message.total_timer_time = length_ms / 1000
        message.sport = Sport.RUNNING
        builder.add(message)
    activity = ActivityMessage()
    activity.timestamp = began_ms + length_ms
    activity.num_sessions = 1
    builder.add(activity)
    return bytes(builder.build().to_bytes())


def _file_id(run: Run, began_ms: int) -> FileIdMessage:
    message = FileIdMessage()
    message.type = FileType.ACTIVITY
    message.manufacturer = Manufacturer.DEVELOPMENT.value
    message.product = 0
    message.serial_number = int(str(run.info.get("uid", "0"))[-8:] or "0", 16)
    message.time_created = began_ms
    return message


def _developer() -> DeveloperDataIdMessage:
    message = DeveloperDataIdMessage()
    message.developer_data_index = 0
    message.application_id = list(APPLICATION)
    return message


def _lean_description() -> FieldDescriptionMessage:
    message = FieldDescriptionMessage()
    message.developer_data_index = 0
    message.field_definition_number = 0
    message.fit_base_type_id = BaseType.FLOAT32.value
    message.field_name = "lean"
    message.units = UNITS
    return message


def _record(at_ms: int, steps: Decisions, index: int | None) -> RecordMessage:
    """The state at one second; without a fresh step the time alone."""
    if index is None:
        message = RecordMessage(local_id=1)
        message.timestamp = at_ms
        return message
    lean = DeveloperField(
        field_id=0, name="lean", base_type=BaseType.FLOAT32, size=4, units=UNITS,
        developer_data_index=0,
    )  # fmt: skip
    lean.set_value(0, float(steps.stride_cdeg[index]) / 100)
    message = RecordMessage(developer_fields=[lean], local_id=2)
    message.timestamp = at_ms
    strides_cpm = int(steps.cadence_cspm[index]) // 2
    message.cadence = strides_cpm // 100
    message.fractional_cadence = strides_cpm % 100 / 100
    return message
