"""The parts of the emulated Pico that runs a CircuitPython which the user brings."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from leancue.installer import payload

from boards.sim.motion.wearer import Plan, Stand
from tools.flashmodel import image as images
from tools.rp2040 import circuitpython
from tools.rp2040.circuitpython import drive, firmware, session
from tools.rp2040.circuitpython.board import Board
from tools.rp2040.emulator import EmulatorError

FOLDER = Path(circuitpython.__file__).parent
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not here")


def javascript(module: str, names: str, script: str) -> Any:
    """Return what ``script`` gives to ``show``, with ``names`` of ``module`` at hand."""
    text = (
        f"import {{ {names} }} from '{(FOLDER / module).as_uri()}';\n"
        f"const show = (it) => console.log(JSON.stringify(it));\n{script}"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", text], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


SENSOR = """
let now = 0;
const sensor = new Sensor(() => now, (id, at) => [0.5, at, -0.25]);
const read = (count) => {
  const all = sensor.begin();
  sensor.finish(count ?? all.length);
  return all;
};
const ask = (id, us) => { const b = Buffer.alloc(21); b.set([21, 0, 2, 0, 0xfd, id]);
  b.writeUInt32LE(us, 9); sensor.written([...b]); };
"""


def of_sensor(script: str) -> Any:
    """Return what ``script`` gives to ``show``, with a ``sensor`` to read and ask at hand."""
    return javascript("sensor.mjs", "Sensor", SENSOR + script)


@needs_node
def test_the_sensor_says_nothing_before_it_has_started_then_three_cargos() -> None:
    found = of_sensor(
        """
        const before = read(); now = 0.2;
        show([before, ...[1, 2, 3, 4].map(() => read().slice(0, 5))]);
    """,
    )
    assert found == [[], [20, 1, 0, 0, 0], [5, 0, 1, 0, 1], [20, 0, 2, 0, 0xF1], []]


@needs_node
def test_a_report_holds_the_values_of_its_moment_and_its_age() -> None:
    found = of_sensor(
        """
        now = 0.2; [1, 2, 3].forEach(() => read());
        ask(1, 10000); read(); now = 0.2085; show(read());
    """,
    )
    data = bytes(found)
    assert data[:4] == bytes([19, 0, 3, 0]) and data[4] == 0xFB
    assert struct.unpack_from("<I", data, 5) == (5,)  # 0.5 ms, in 100 us; it gives 8 for 10 ms
    assert data[9] == 1 and struct.unpack_from("<3h", data, 13) == (128, 53, -64)


@needs_node
def test_a_read_of_the_head_leaves_the_cargo_and_a_short_one_its_rest() -> None:
    found = of_sensor(
        """
        now = 0.2; const head = read(4); show([head, read(204), read()].map((x) => x.slice(0, 4)));
    """,
    )
    assert found == [[20, 1, 0, 0], [20, 1, 0, 0], [76, 0x80, 0, 1]]


@needs_node
def test_the_sensor_says_who_it_is_with_a_part_number() -> None:
    found = of_sensor(
        """
        now = 0.2; [1, 2, 3].forEach(() => read());
        sensor.written([6, 0, 2, 0, 0xf9, 0]); show(read());
    """,
    )
    assert len(found) == 20 and found[4:8] == [0xF8, 1, 3, 2]
    assert struct.unpack_from("<I", bytes(found), 8) != (0,)


@needs_node
def test_a_command_is_answered_as_done_and_what_calibrates_itself_is_given_back() -> None:
    found = of_sensor(
        """
        now = 0.2; [1, 2, 3].forEach(() => read());
        const asks = (...body) => { sensor.written([16, 0, 2, 0, 0xf2, ...body,
          ...new Array(11 - body.length).fill(0)]); return read().slice(4); };
        show([asks(7, 7, 1, 0, 1), asks(8, 6, 1)]);
    """,
    )
    assert [len(one) for one in found] == [16, 16]
    assert found[0][:9] == [0xF1, 0, 7, 7, 0, 0, 1, 0, 1]
    assert found[1][:9] == [0xF1, 1, 6, 8, 0, 0, 0, 0, 0]


@needs_node
def test_a_restart_enters_the_flash_as_the_boot_rom_does() -> None:
    found = javascript(
        "chip.mjs",
        "Chip",
        """
        const registers = new Uint32Array(16).fill(7);
        const core = { registers, LR: 7, PC: 7, reset() {} };
        const mcu = { core, pwm: { reset() {} }, peripherals: { 0x40058: { writeUint32() {} } } };
        let restarts = 0;
        const chip = new Chip(mcu, {}, {}, () => { restarts += 1; });
        Object.assign(core, { LR: 9, PC: 9 }); registers.fill(9);
        chip.reset();
        show([...registers.slice(0, 14), core.LR, core.PC, restarts]);
    """,
    )
    assert found == [0] * 13 + [9, 0, 0x10000000, 1]


def test_the_cost_of_a_run_is_measured_while_the_wearer_runs() -> None:
    asked = []

    class Told:
        def __init__(self) -> None:
            self.spent = {"t": 25.0, "idle": 5.0, "erases": 10, "mhz": 200}

        def sleep_until(self, at_s: float) -> None:
            asked.append(at_s)
            self.spent = {"t": at_s, "idle": 5.0 + (at_s - 25.0) / 2, "erases": 40, "mhz": 200}

    said = session.while_running(cast(Board, Told()), go_s=10.0)
    begins_s = 10.0 + drive.STAND_S + drive.WALK_S
    assert begins_s + 40 < asked[0] < begins_s + drive.RUN_S
    assert "50.0 % idle at 200 MHz" in said
    with pytest.raises(EmulatorError, match="of running are left"):
        session.while_running(cast(Board, Told()), go_s=-10.0)


ROM = """
const rom = new Uint8Array(128), view = new DataView(rom.buffer);
rom.set([0x4d, 0x75, 1], 0x10); view.setUint16(FUNCTIONS_AT, 64, true);
['IF', 'EX', 'FC', 'RE', 'RP'].forEach((two, i) => {
  rom.set([...two].map((c) => c.charCodeAt(0)), 64 + 4 * i);
  view.setUint16(66 + 4 * i, 33 + 8 * i, true);
});
"""


@needs_node
def test_flash_functions_are_done_in_place_of_the_rom_and_take_their_time() -> None:
    found = javascript(
        "flash.mjs",
        "Flash, functions, FUNCTIONS_AT",
        ROM
        + """
        let ns = 0;
        const core = { registers: [4096, 4096], LR: 0x101, PC: 0 };
        const mcu = { core, flash: new Uint8Array(8192), readUint8: (at) => at & 0xff };
        const flash = new Flash(mcu, { tick: (n) => { ns += n; } }, rom), at = functions(rom);
        const kept = flash.call(at.RE) && mcu.flash[4095], erased = mcu.flash[4096];
        core.registers = [4096, 0x20000010, 256];
        show([flash.call(at.RP), kept, erased, mcu.flash[4097], core.PC, ns, flash.call(2)]);
    """,
    )
    assert found == [True, 0, 255, 0x11, 0x100, 45.4e6, False]


@needs_node
def test_the_address_bit_by_bit_is_acknowledged_by_the_part_that_has_it() -> None:
    found = javascript(
        "bus.mjs",
        "Lines",
        """
        const pin = () => ({ value: 3, addListener(f) { this.tell = f; } });
        const scl = pin(), sda = pin();
        new Lines(scl, sda, { address: 0x4a });
        const set = (it, high) => { it.value = high ? 3 : 0; it.tell(); };
        const asked = (address) => {
          set(sda, 0); set(scl, 0);
          for (let bit = 7; bit >= 0; bit--) {
            set(sda, ((address << 1) >> bit) & 1); set(scl, 1); set(scl, 0);
          }
          set(sda, 1); set(scl, 1);
          const there = !sda.inputValue;
          set(scl, 0); set(sda, 0); set(scl, 1); set(sda, 1);
          return there;
        };
        const before = [sda.inputValue, scl.inputValue];
        show([...before, asked(0x4a), asked(0x4b), asked(0x4a), sda.inputValue]);
    """,
    )
    assert found == [True, True, True, False, True, True]


@needs_node
def test_serial_ports_are_found_among_other_functions() -> None:
    # console: control 0, data 1; data port: 2 and 3; a drive: 4
    descriptor = [9, 2, 0, 0, 5, 1, 0, 0, 0]
    for control, endpoints in ((0, (0x82, 0x02)), (2, (0x84, 0x04))):
        descriptor += [9, 4, control, 0, 1, 2, 2, 0, 0, 7, 5, 0x81, 3, 8, 0, 16]
        descriptor += [9, 4, control + 1, 0, 2, 10, 0, 0, 0]
        for address in endpoints:
            descriptor += [7, 5, address, 2, 64, 0, 0]
    descriptor += [9, 4, 4, 0, 2, 8, 6, 80, 0, 7, 5, 0x85, 2, 64, 0, 0, 7, 5, 0x05, 2, 64, 0, 0]
    found = javascript("usb.mjs", "ports", f"show(ports({descriptor}))")
    assert [(one["control"], one["in"], one["out"]) for one in found] == [(0, 2, 2), (2, 4, 4)]


@needs_node
def test_closing_and_opening_at_once_are_both_told_and_data_come_behind() -> None:
    found = javascript(
        "usb.mjs",
        "Host",
        """
        const told = [];
        const usb = {
          sendSetupPacket: (packet) => told.push(packet[2]),
          endpointReadDone: (endpoint, bytes) => told.push([endpoint, ...bytes]),
        };
        const host = new Host(usb, () => {}, () => {}), done = () => host.came(0, []);
        host.ports = [{ asked: null }, { control: 2, in: 4, out: 4, queue: [], asked: null }];
        host.bytes = 1;
        host.wanted(4, 64);
        host.open(1, false); host.open(1, true); host.send(1, [7, 8]);
        const first = told.length; done(); const second = told.length; done();
        show([told, first, second]);
    """,
    )
    assert found == [[0, 3, [4, 7, 8]], 1, 2]


@needs_node
def test_the_wearer_stands_until_it_begins_and_at_the_end() -> None:
    found = javascript(
        "motion.mjs",
        "Motion",
        """
        const rows = new Float32Array([...new Array(10).fill(0), ...new Array(10).fill(2)]);
        const motion = new Motion(Buffer.from(rows.buffer), 200);
        const at = (s) => motion.values(1, s)[0];
        const before = at(9); motion.beginS = 10;
        show([before, at(10.0025), at(99)].map((x) => Math.round(x * 1e6) / 1e6));
    """,
    )
    assert found == [0, 1, 2]


def _block(address: int, data: bytes, flags: int = 0x2000) -> bytes:
    head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, flags, address, len(data), 0, 1, 0)
    return (head + data).ljust(508, b"\0") + struct.pack("<I", 0x0AB16F30)


def test_a_uf2_is_put_together_with_gaps_as_erased_flash(tmp_path: Path) -> None:
    file = tmp_path / "a.uf2"
    file.write_bytes(_block(0x10000000, b"ab") + _block(0, b"xx", 1) + _block(0x10000004, b"cd"))
    assert firmware.firmware(file) == b"ab\xff\xffcd"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_block(0x20000000, b"ab"), "not for an RP2040"),
        (_block(0x10000000, b"ab") + bytes(512), "damaged at byte 512"),
        (bytes(firmware.DRIVE_AT + 1), "raspberry_pi_pico"),
        (b"", "has 0 bytes"),
    ],
)
def test_a_firmware_that_cannot_be_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "firmware"
    file.write_bytes(data)
    with pytest.raises(EmulatorError, match=said):
        firmware.firmware(file)


def test_without_the_boot_rom_it_is_told_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="picotool save"):
        firmware.boot_rom(None)
    wrong = tmp_path / "rom.bin"
    wrong.write_bytes(bytes(firmware.ROM_BYTES))
    with pytest.raises(EmulatorError, match="no boot ROM"):
        firmware.boot_rom(wrong)


def test_the_watched_program_is_the_installed_one_with_its_loop_in_the_open() -> None:
    made = payload.build(drive.BOARD)
    code = made.switch(payload.SLOTS[0]).decode()
    text = drive.watched(code, payload.image(made.form), 1000)
    compile(text, "code.py", "exec")
    assert code.rstrip().rsplit("\n", 1)[0] in text
    with pytest.raises(EmulatorError, match="loop"):
        drive.watched("import x\n", payload.image(made.form), 1000)


def test_the_heap_is_read_from_the_console() -> None:
    board = object.__new__(Board)
    board.events = [
        {"t": 6.0, "what": "text", "text": "LEANCUE code 154000 3.5"},
        {"t": 6.5, "what": "text", "text": "\x1b]0;code.pyLEANCUE started 30000"},
        {"t": 7.0, "what": "usb", "ports": 2},
        {"t": 7.5, "what": "text", "text": "something else"},
    ]
    assert board.heap() == [(2.5, "code", 154000), (6.5, "started", 30000)]


def test_the_wearer_is_rows_of_ten(tmp_path: Path) -> None:
    file = tmp_path / "motion.f32"
    seconds = drive.wearer(file, Plan((Stand(2),)))
    rows = np.fromfile(file, "<f4").reshape(-1, 10)
    assert len(rows) == int(seconds * drive.ROWS_HZ)
    assert np.linalg.norm(rows[0, :4]) == pytest.approx(1.0)
    assert np.linalg.norm(rows[0, 4:7]) == pytest.approx(9.81, abs=0.3)


@pytest.mark.skipif(bool(images.missing()), reason="dosfstools or mtools are not here")
def test_the_drive_has_the_installed_files_and_a_log_in_one_piece(tmp_path: Path) -> None:
    file = tmp_path / "drive.img"
    drive.make(file, 1000)
    disk = images.ImageDisk(file)
    assert file.stat().st_size == 1 << 20
    assert len(disk.pieces("/leancue.log")) == 1
    assert disk.read("/boot.py") == payload.build(drive.BOARD).starters[payload.BOOT]
    assert b"LEANCUE" in (disk.read(payload.SWITCH) or b"")
