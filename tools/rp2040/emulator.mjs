// Runs MicroPython on an emulated RP2040: node emulator.mjs JOB.json
// The job: rp2040js, firmware and files ({name: path}), heap_bytes, factor (time counted for one
// emulated), mhz (of the processor), outside (files whose functions stand in for a board: their time does not count),
// drive ({name: bytes}, files that the program finds), limit_s, report.
// The report: names of functions, as unit:name:line; calls, each as [function, caller, begin_us, us, own_us, bytes,
// waited_us, stalled_us]; samples, each as [due_us, read_us]; erases of the flash; elapsed_us and
// idle_us of what was recorded. Registers: port/emulator.h.
import { readFileSync, writeFileSync } from 'fs';
import { Clock } from './clock.mjs';
import { Calls } from './calls.mjs';
import { Drive } from './drive.mjs';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { RP2040 } = await import(job.rp2040js);
const FLASH = 0x10000000, FILES = 0x200000, RAM_BYTES = 512 * 1024;
const mcu = new RP2040(), core = mcu.core;
mcu.sram = new Uint8Array(RAM_BYTES);
mcu.sramView = new DataView(mcu.sram.buffer);
mcu.flash.fill(0xff);
mcu.flash.set(readFileSync(job.firmware), 0);

const clock = new Clock(core, job.factor, job.mhz);
const calls = new Calls(clock, job.outside);
const drive = new Drive(mcu, clock, job.drive);
const files = new Map();
let end = FILES;
for (const [name, path] of Object.entries(job.files)) {
  const text = readFileSync(path);
  mcu.flash.set(text, end);
  files.set(name, { at: FLASH + end, bytes: text.length });
  end += (text.length + 3) & ~3;
}

function stringAt(address) {
  let text = '';
  for (let c; (c = mcu.readUint8(address)) !== 0; address++) text += String.fromCharCode(c);
  return text;
}

const isFolder = (path) => [...files.keys()].some((one) => one.startsWith(`${path}/`));
let out = '', path = '', file = '', line = 0, code = -1;
const write = {
  0: (v) => { out += String.fromCharCode(v & 0xff); },  // OUT
  1: (v) => calls.call(v),  // CALL
  2: (v) => calls.finish(v),  // RETURN
  4: (v) => { file = stringAt(v); },  // FILE_NAME
  5: (v) => calls.name(`${file}:${stringAt(v)}:${line}`),  // FUNCTION_NAME
  6: () => calls.go(),  // GO
  7: () => clock.hold(),  // HOLD
  10: (v) => clock.wait(v),  // WAIT_US
  11: (v) => clock.idle(v),  // IDLE_US
  12: (v) => calls.record(v !== 0),  // RECORD
  13: (v) => calls.heap(v),  // HEAP
  14: (v) => { path = stringAt(v); },  // PATH
  19: (v) => { code = v; },  // END
  20: (v) => { drive.offset = v; },  // FILE_OFFSET
  21: (v) => { drive.buffer = v; },  // FILE_BUFFER
  22: (v) => drive.read(path, v),  // FILE_READ
  23: (v) => drive.write(path, v),  // FILE_WRITE
  26: (v) => calls.due(v),  // DUE_US
  28: (v) => { line = v; },  // FUNCTION_LINE
};
const read = {
  3: () => (calls.isKnown() ? 1 : 0),  // IS_KNOWN
  8: () => clock.counted() & 0x3fffffff,  // CYCLES
  9: () => Math.floor(clock.now() / 1000) & 0x1fffffff,  // TICKS_MS
  15: () => (files.has(path) ? 2 : isFolder(path) ? 1 : 0),  // PATH_KIND
  16: () => files.get(path).at,  // PATH_AT
  17: () => files.get(path).bytes,  // PATH_BYTES
  18: () => job.heap_bytes,  // HEAP_BYTES
  24: () => drive.done,  // FILE_DONE
  25: () => drive.bytes(path),  // FILE_BYTES
  27: () => Math.floor(clock.now()) & 0x3fffffff,  // NOW_US
};
mcu.peripherals[0x40064] = {
  readUint32: (offset) => read[offset / 4](),
  writeUint32Atomic: (offset, value) => write[offset / 4](value >>> 0),
};

core.VTOR = FLASH;
core.SP = mcu.readUint32(FLASH);
core.PC = mcu.readUint32(FLASH + 4) & ~1;
while (code < 0 && clock.now() < job.limit_s * 1e6) {
  for (let i = 0; i < 100000 && code < 0; i++) core.executeInstruction();
}
process.stdout.write(out);
if (code < 0) process.stderr.write(`not at its end after ${job.limit_s} s of emulated time\n`);
writeFileSync(job.report, JSON.stringify({ ...calls.report(), flash: drive.counts }));
process.exitCode = code === 0 ? 0 : 1;
