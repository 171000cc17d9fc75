// Runs MicroPython on an emulated RP2040: node emulator.mjs JOB.json
// The job: rp2040js, firmware and files ({name: path}), heap_kb, factor (time counted for one emulated),
// outside (files whose functions stand in for a board: their time does not count), limit_s, report.
// The report: names of functions; calls, each as [function, caller, begin_us, us, own_us, bytes,
// waited_us]; waited_us and elapsed_us of what was recorded. Registers: port/emulator.h.
import { readFileSync, writeFileSync } from 'fs';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { RP2040 } = await import(job.rp2040js);
const MHZ = 125, FLASH = 0x10000000, FILES = 0x200000, COLLECTOR = 1;
const mcu = new RP2040(), core = mcu.core;
mcu.sram = new Uint8Array(512 * 1024);
mcu.sramView = new DataView(mcu.sram.buffer);

mcu.flash.fill(0xff);
mcu.flash.set(readFileSync(job.firmware), 0);
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

// Time: the cycles that count, and what was waited. It stands while the stand-in board is at work.
let uncounted = 0, heldAt = 0, waited = 0, outside = 0, outsideSince = 0;
const counted = () => (outside ? outsideSince : core.cycles) - uncounted;
const now = () => (counted() / MHZ) * job.factor + waited;

// Calls.
const names = ['collector'], index = new Map([[COLLECTOR, 0]]), isOutside = [false];
const calls = [], stack = [];
let called = 0, file = '', recording = false;
let recordedFrom = 0, waitedBefore = 0, elapsed = 0, waitedSince = 0;

function begin(number) {
  const which = index.get(number);
  stack.push({ number, which, at: now(), inner: 0, bytes: 0, waited });
  if (isOutside[which] && outside++ === 0) outsideSince = core.cycles;
}

function finish(number) {
  const call = stack.pop();
  if (!call || call.which !== index.get(number)) throw new Error('a return without its call');
  if (isOutside[call.which] && --outside === 0) uncounted += core.cycles - outsideSince;
  const caller = stack[stack.length - 1], us = now() - call.at;
  if (caller) {
    caller.inner += us;
    caller.bytes += call.bytes;
  }
  if (recording && !outside) {
    const row = [call.at, us, us - call.inner, call.bytes, waited - call.waited];
    calls.push([call.which, caller ? caller.which : -1, ...row.map((v) => Math.round(v * 10) / 10)]);
  }
}

function name(text) {
  index.set(called, names.length);
  names.push(text);
  isOutside.push(job.outside.some((one) => text.startsWith(one)));
}

// A module that was unloaded leaves its place in the heap to others: names are asked for again.
function forget() {
  const running = new Set([COLLECTOR, ...stack.map((call) => call.number)]);
  for (const number of [...index.keys()]) if (!running.has(number)) index.delete(number);
}

function record(on) {
  recording = on;
  if (on) forget();
  if (on) [recordedFrom, waitedBefore] = [now(), waited];
  else [elapsed, waitedSince] = [now() - recordedFrom, waited - waitedBefore];
}

let out = '', found, path = '', code = -1;
const write = [
  (v) => { out += String.fromCharCode(v & 0xff); },  // OUT
  (v) => { called = v; heldAt = core.cycles; },  // CALL
  (v) => finish(v),  // RETURN
  undefined,
  (v) => { file = stringAt(v); },  // FILE_NAME
  (v) => name(`${file}:${stringAt(v)}`),  // FUNCTION_NAME
  () => {  // GO
    uncounted += outside ? 0 : core.cycles - heldAt;
    if (called) begin(called);
    called = 0;
  },
  () => { heldAt = core.cycles; },  // HOLD
  undefined, undefined,
  (v) => { waited += v; },  // WAIT_US
  (v) => record(v !== 0),  // RECORD
  (v) => { if (!outside && stack.length) stack[stack.length - 1].bytes += (v + 15) & ~15; },  // HEAP
  (v) => { path = stringAt(v); found = files.get(path); },  // PATH
  undefined, undefined, undefined, undefined,
  (v) => { code = v; },  // END
];
const read = {
  3: () => (index.has(called) ? 1 : 0),
  8: () => counted() & 0x3fffffff,
  9: () => Math.floor(now() / 1000) & 0x1fffffff,
  14: () => (found ? 2 : [...files.keys()].some((one) => one.startsWith(`${path}/`)) ? 1 : 0),
  15: () => found.at,
  16: () => found.bytes,
  17: () => job.heap_kb,
};
mcu.peripherals[0x40064] = {
  readUint32: (offset) => read[offset / 4](),
  writeUint32Atomic: (offset, value) => write[offset / 4](value >>> 0),
};

core.VTOR = FLASH;
core.SP = mcu.readUint32(FLASH);
core.PC = mcu.readUint32(FLASH + 4) & ~1;
while (code < 0 && core.cycles < job.limit_s * MHZ * 1e6) {
  for (let i = 0; i < 100000 && code < 0; i++) core.executeInstruction();
}
process.stdout.write(out);
if (code < 0) process.stderr.write(`not at its end after ${job.limit_s} s of emulated time\n`);
const report = { names, calls, elapsed_us: elapsed, waited_us: waitedSince };
writeFileSync(job.report, JSON.stringify(report));
process.exitCode = code === 0 ? 0 : 1;
