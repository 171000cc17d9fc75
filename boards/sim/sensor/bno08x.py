"""The chip at 0x4A on the bus: SHTP in, SHTP out, and its faults.

Sources: BNO08X datasheet 1000-3927, SH-2 Reference Manual 1000-3625. The sensing half is in
`sensors`, the bytes in `sh2_messages`, `sensor_reports` and `cargo`, the transport in `shtp_out`.
"""

from __future__ import annotations

import errno
from itertools import cycle

from boards.sim.clock import Clock
from boards.sim.sensor import sensor_cargo
from boards.sim.sensor import sh2_messages as sh2
from boards.sim.sensor.reference_sensors import TICK_US, Motion, Sensors
from boards.sim.sensor.sh2_control import Control
from boards.sim.sensor.shtp_out import (
    CHANNEL_COMMAND,
    CHANNEL_CONTROL,
    CHANNEL_EXECUTABLE,
    CHANNEL_INPUT,
    HEADER_BYTES,
    Outbox,
)

ADDRESS = 0x4A
_GREETING = {
    CHANNEL_COMMAND: sh2.advertisement(),
    CHANNEL_EXECUTABLE: sh2.RESET_COMPLETE,
    CHANNEL_CONTROL: sh2.initialize_response(),
}


class BNO08x(Sensors):
    """A part for `I2CBus.attach(ADDRESS, chip)`, already powered up, its greeting unread.

    Motion and sensing knobs: see `Sensors` and `OrientationFaults`. Of the chip itself:

    - `reset_ms`: from a reset to the greeting; in between it acknowledges nothing.
    - `absent`: does not acknowledge. `mute`: acknowledges, takes writes, and answers zeros.
    - `stuck`: as mute, until it is reset by its pin or loses its power.
    - `greets`: False = it does not announce a reset; only silence shows it.
    - `unheard`: channels whose part of the greeting is lost.
    - `batch_hold_ms`: reports are held back so long, or until `batch_reports` wait.
    - `short_cargo`: the next cargo of reports ends in the middle of one; falls back to False.
    - `unknown_every`: an undocumented report 0x7B after this many reports, 0 = never.
    - `base_from_interrupt`: times in a cargo count from the interrupt, as in the manual, so that a
      polling host gets late times; False = from the read that finds the cargo, as seen on other
      parts.
    - `base_below_zero`: one in this many cargos has a base time of -4.8 ms, 0 = never. Users have
      posted `FB D0 FF FF FF`.

    `newest_us`: sample time of the newest report that the host has received.
    """

    def __init__(self, clock: Clock, motion: Motion, *, reset_ms: int = 100) -> None:
        super().__init__(motion, clock.now_us())
        self.clock = clock
        self.reset_ms = reset_ms
        self.absent = False
        self.mute = False
        self.stuck = False
        self.greets = True
        self.unheard: set[int] = set()
        self.batch_hold_ms = 0
        self.batch_reports = sensor_cargo.CARGO_REPORTS
        self.newest_us = 0
        self.short_cargo = False
        self.unknown_every = 700
        self.base_from_interrupt = True
        self.base_below_zero = 0
        self._cargos = 0
        self.resets = 0
        self._unknown_before = 0  # reports made when the last one was sent
        self._unknown_sequence = 0
        self._unknown_place = cycle(sensor_cargo.UNDOCUMENTED_PLACES)
        self._control = Control(self)
        self._outbox = Outbox()
        self._booted_us = 0
        self._booting = False
        self._cause = sh2.CAUSE_POWER_ON
        self._greet()

    # Called by the bus.

    def write(self, data: bytes) -> None:
        """Take one SHTP packet; an empty write is a probe. OSError(ENODEV) = not acknowledged."""
        self._acknowledge()
        if self.mute or self.stuck or len(data) <= HEADER_BYTES:
            return
        channel, payload = data[2], data[HEADER_BYTES:]
        if sh2.asks_for_reset(channel, payload):
            self._reset(sh2.CAUSE_EXTERNAL)
        elif channel == CHANNEL_CONTROL:
            self._answer(payload)

    def read(self, length: int) -> bytes:
        """Return `length` bytes of waiting data, zeros if there is none. OSError like `write`."""
        self._acknowledge()
        if self.mute or self.stuck:
            return bytes(length)
        self._load()
        return self._outbox.read(length)

    def data_ready(self) -> bool:
        """True while the interrupt line is pulled low: something waits to be read."""
        if self.absent or self.mute or self.stuck or not self._is_up():
            return False
        return not self._outbox.empty or self._reports_ready()

    # Momentary faults; permanent ones are attributes.

    def self_reset(self) -> None:
        """Spontaneous restart: all features are off, and the greeting is sent again."""
        self._reset(sh2.CAUSE_INTERNAL)

    def pin_reset(self) -> None:
        """Its reset pin was pulled low."""
        self.stuck = False
        self._reset(sh2.CAUSE_EXTERNAL)

    def flood(self, count: int) -> None:
        """Add `count` reports at once, of the enabled kinds in turn."""
        self.sample_extra(count, self.clock.now_us())

    def say(self, channel: int, payload: bytes) -> None:
        """Send an unsolicited cargo, true or not."""
        self._outbox.put(channel, payload)

    # Resets and requests.

    def _acknowledge(self) -> None:
        if self.absent or not self._is_up():
            raise OSError(errno.ENODEV, "not acknowledged")

    def _is_up(self) -> bool:
        if self._booting and self.clock.now_us() >= self._booted_us:
            self._booting = False
            self._greet()
        return not self._booting

    def _reset(self, cause: int) -> None:
        self.forget()
        self._control.reset()
        self._outbox.reset()
        self._cause = cause
        self.resets += 1
        self._booting = True
        self._booted_us = self.clock.now_us() + self.reset_ms * 1000

    def _greet(self) -> None:
        if not self.greets:
            return
        for channel, payload in _GREETING.items():
            if channel not in self.unheard:
                self._outbox.put(channel, payload)

    def _answer(self, request: bytes) -> None:
        answer = self._control.answer(request, self.clock.now_us(), self._cause)
        if answer:
            self._outbox.put(CHANNEL_CONTROL, answer)

    # Input reports.

    def _load(self) -> None:
        """Put the next cargo of reports into the outbox, unless something is there already."""
        if self._outbox.empty and self._reports_ready():
            for payload in self._cargo():
                self._outbox.put(CHANNEL_INPUT, payload)

    def _reports_ready(self) -> bool:
        now_us = self.clock.now_us()
        self.sample_until(now_us)
        if not self.fifo:
            return False
        if not self.batch_hold_ms or len(self.fifo) >= self.batch_reports:
            return True
        return now_us >= self._interrupt_us()

    def _interrupt_us(self) -> int:
        """When the oldest waiting report, or the delayed batch, became ready."""
        held_us = self.fifo[0][0] * TICK_US + self.latency_us + self.batch_hold_ms * 1000
        if not self.batch_hold_ms or len(self.fifo) < self.batch_reports:
            return held_us
        full_us = self.fifo[self.batch_reports - 1][0] * TICK_US + self.latency_us
        return min(held_us, full_us)

    def _cargo(self) -> list[bytes]:
        anchor_us = self._interrupt_us() if self.base_from_interrupt else self.clock.now_us()
        waiting = list(self.fifo)
        parts = sensor_cargo.fill(self.fifo, (anchor_us + TICK_US // 2) // TICK_US)
        self._cargos += 1
        if self.base_below_zero and self._cargos % self.base_below_zero == 0:
            parts[0] = sensor_cargo.BELOW_ZERO
        self.newest_us = waiting[len(parts) - 2][0] * TICK_US
        if 0 < self.unknown_every <= self.reports_made - self._unknown_before:
            return self._with_undocumented(parts)
        payload = b"".join(parts)
        if self.short_cargo:  # seen as "Unprocessable Batch bytes", Adafruit driver issue 49
            self.short_cargo = False
            payload = sensor_cargo.cut(payload, parts[-1])
        return [payload]

    def _with_undocumented(self, parts: list[bytes]) -> list[bytes]:
        self._unknown_before = self.reports_made
        report = sensor_cargo.undocumented(self._unknown_sequence)
        self._unknown_sequence = (self._unknown_sequence + 1) & 0xFF
        return sensor_cargo.with_undocumented(parts, next(self._unknown_place), report)
