"""The control channel of the simulated BNO08x: its answer to each request.

Source: SH-2 Reference Manual 1000-3625, sections 6.3 (features, product id) and 6.4 (commands).
"""

from __future__ import annotations

from boards.sim.sensor import sh2_messages as sh2
from boards.sim.sensor.reference_sensors import Sensors

SET_FEATURE_BYTES = 17
COMMAND_REQUEST_BYTES = 12
AS_DELIVERED = b"\1\0\1"  # as the maker answered, SlimeVR-Tracker-ESP pull request 222


class Control:
    """Answers requests; the sensors it controls belong to the chip.

    Automatic calibration can be on for accelerometer, gyroscope (in hand) and magnetometer: the
    first and the last by default, and after every reset.
    """

    def __init__(self, sensors: Sensors) -> None:
        self._sensors = sensors
        self.reset()

    def reset(self) -> None:
        """Reset to the state after power-on."""
        self._configure(AS_DELIVERED)
        self._responses = 1  # the unsolicited one was number 0

    def _configure(self, calibrating: bytes) -> None:
        self._calibrating = calibrating
        self._sensors.calibrates_accelerometer = calibrating[0] == 1

    def answer(self, request: bytes, now_us: int, reset_cause: int) -> bytes:
        """The answer's payload; empty for a request that gets none."""
        kind = request[0]
        if kind == sh2.PRODUCT_ID_REQUEST:
            return sh2.product_ids(reset_cause)
        if kind == sh2.SET_FEATURE and len(request) >= SET_FEATURE_BYTES:
            return self._set_feature(request, now_us)
        if kind == sh2.GET_FEATURE and len(request) >= 2:
            return self._feature(request[1])
        if kind == sh2.COMMAND_REQUEST and len(request) >= COMMAND_REQUEST_BYTES:
            return self._command(request[1], request[2], request[3:12])
        return b""

    def _set_feature(self, request: bytes, now_us: int) -> bytes:
        if self._sensors.refuse_feature:
            return b""
        self._sensors.switch(request[1], int.from_bytes(request[5:9], "little"), now_us)
        return self._feature(request[1])

    def _feature(self, report_id: int) -> bytes:
        return sh2.feature_response(report_id, self._sensors.interval_us(report_id))

    def _command(self, sequence: int, command: int, parameters: bytes) -> bytes:
        """Confirm every command; calibration settings are stored and returned."""
        values = b""
        if command == sh2.COMMAND_ME_CALIBRATE:
            if parameters[3] != sh2.ME_GET_CALIBRATION:
                if self._sensors.refuse_calibration:
                    return sh2.command_response(self._responses, command, sequence, b"\1")
                self._configure(parameters[:3])
            values = b"\0" + self._calibrating
        response = sh2.command_response(self._responses, command, sequence, values)
        self._responses = (self._responses + 1) & 0xFF
        return response
