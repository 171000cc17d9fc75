"""Messages of the BNO08x that are not sensor reports (SH-2 Reference Manual 1000-3625)."""

from __future__ import annotations

from struct import pack

from boards.sim.sensor.shtp_out import CHANNEL_CONTROL, CHANNEL_EXECUTABLE

# Control channel, to and from the hub.
COMMAND_RESPONSE = 0xF1
COMMAND_REQUEST = 0xF2
PRODUCT_ID_RESPONSE = 0xF8
PRODUCT_ID_REQUEST = 0xF9
BASE_TIMESTAMP = 0xFB
FEATURE_RESPONSE = 0xFC
SET_FEATURE = 0xFD
GET_FEATURE = 0xFE

# Executable channel.
EXECUTABLE_RESET = 1
RESET_COMPLETE = b"\x01"

# Commands of the control channel.
COMMAND_INITIALIZE = 0x04
COMMAND_ME_CALIBRATE = 0x07
COMMAND_CLEAR_DCD_AND_RESET = 0x0B
UNSOLICITED = 0x80
ME_GET_CALIBRATION = 1

# Causes of a reset, byte 1 of the product id response.
CAUSE_POWER_ON = 1
CAUSE_INTERNAL = 2
CAUSE_EXTERNAL = 4

# Tags of the advertisement.
_GUID, _MAX_CARGO_WRITE, _MAX_CARGO_READ, _MAX_TRANSFER_WRITE, _MAX_TRANSFER_READ = 1, 2, 3, 4, 5
_CHANNEL, _WAKE_CHANNEL, _APPLICATION, _CHANNEL_NAME = 6, 7, 8, 9
_VERSION, _REPORT_LENGTHS = 0x80, 0x81

_CONTROL_LENGTHS = (0xF8, 16, 0xF5, 4, 0xF3, 16, 0xF1, 16, 0xFB, 5, 0xFA, 5, 0xFC, 17, 0xEF, 2)
#: Lengths of the reports 0x01 .. 0x2A; 0 where the firmware has none.
_SENSOR_LENGTHS = bytes.fromhex(
    "0a0a0a0a0e0a100c0e0808060606 10 050c0606101010 000806 000006 0010000000000000000000 0e0c0e"
)


def advertisement() -> bytes:
    """The 272 bytes on channel 0 after a reset: channel assignments and report lengths."""
    return b"\0" + b"".join(bytes([tag, len(value)]) + value for tag, value in _applications())


def _applications() -> list[tuple[int, bytes]]:
    longest_read, longest_write = b"\xff\x7f", b"\x00\x01"
    sensor_lengths = (value for pair in enumerate(_SENSOR_LENGTHS, start=1) for value in pair)
    lengths = bytes([*_CONTROL_LENGTHS, *sensor_lengths])
    return [
        (_GUID, pack("<I", 0)),
        (_VERSION, b"1.0.0\0"),
        (_MAX_CARGO_WRITE, longest_write),
        (_MAX_CARGO_READ, longest_read),
        (_MAX_TRANSFER_WRITE, longest_write),
        (_MAX_TRANSFER_READ, longest_read),
        (_APPLICATION, b"SHTP\0"),
        (_CHANNEL, b"\0"),
        (_CHANNEL_NAME, b"control\0"),
        (_GUID, pack("<I", 1)),
        (_APPLICATION, b"executable\0"),
        (_CHANNEL, b"\1"),
        (_CHANNEL_NAME, b"device\0"),
        (_GUID, pack("<I", 2)),
        (_APPLICATION, b"sensorhub\0"),
        (_CHANNEL, b"\2"),
        (_CHANNEL_NAME, b"control\0"),
        (_CHANNEL, b"\3"),
        (_CHANNEL_NAME, b"inputNormal\0"),
        (_WAKE_CHANNEL, b"\4"),
        (_CHANNEL_NAME, b"inputWake\0"),
        (_CHANNEL, b"\5"),
        (_CHANNEL_NAME, b"inputGyroRv\0"),
        (_VERSION, b"1.1.0\0"),
        (_REPORT_LENGTHS, lengths),
    ]


def asks_for_reset(channel: int, payload: bytes) -> bool:
    """True for the executable's reset and for the command that also clears the calibration."""
    if channel == CHANNEL_EXECUTABLE:
        return payload[0] == EXECUTABLE_RESET
    clear = bytes((COMMAND_REQUEST, COMMAND_CLEAR_DCD_AND_RESET))
    return channel == CHANNEL_CONTROL and payload[:3:2] == clear


def product_ids(reset_cause: int) -> bytes:
    """Two product id responses (F8) of 16 bytes: the hub and its boot loader."""
    hub = pack("<BBBBIIHH", PRODUCT_ID_RESPONSE, reset_cause, 3, 2, 10003608, 4, 13, 0)
    loader = pack("<BBBBIIHH", PRODUCT_ID_RESPONSE, 0, 1, 8, 10003606, 338, 0, 0)
    return hub + loader


def feature_response(report_id: int, interval_us: int, batch_us: int = 0) -> bytes:
    """Get feature response (FC, 17 bytes) with the interval granted; 0 = off."""
    return pack("<BBBHIII", FEATURE_RESPONSE, report_id, 0, 0, interval_us, batch_us, 0)


def command_response(
    sequence: int, command: int, command_sequence: int = 0, values: bytes = b""
) -> bytes:
    """Command response (F1, 16 bytes); of the up to 11 `values` the first is 0 when done."""
    head = pack("<BBBBB", COMMAND_RESPONSE, sequence, command, command_sequence, 0)
    return head + values.ljust(11, b"\0")


def initialize_response() -> bytes:
    """`F1 00 84 ...`: unsolicited; the hub announces after a reset that it is up."""
    return command_response(0, COMMAND_INITIALIZE | UNSOLICITED, 0, b"\0\1")
