// A firmware on an emulated Raspberry Pi Pico with a clip's parts: node board.mjs JOB.json
// The job: rp2040js, rom, firmware, drive, motion (rows of ten float32 at 200 Hz: orientation
// w x y z, specific force m/s2, angular rate rad/s): paths; drive_at, rows_hz. Serial ports are TCP
// ports on the loopback. Standard output: a JSON object a line, with `t` (s since power-on) and
// `what`: listening, usb, feature, text (of the console), motor, restart, time; and of a client of
// the data port: opened, answered (the first byte to it).
// Standard input, a word a line: go (the wearer begins to move), press S (the button, for S s).
import { readFileSync } from 'fs';
import { createServer } from 'net';
import { createInterface } from 'readline';
import { attach, Lines } from './bus.mjs';
import { Chip, mend } from './chip.mjs';
import { Flash } from './flash.mjs';
import { Motion } from './motion.mjs';
import { Sensor } from './sensor.mjs';
import { Host } from './usb.mjs';

const SDA = 4, SCL = 5, BUTTON = 14, MOTOR_SLICE = 7, BUS_HZ = 400000, TURN_S = 0.002, TELL_S = 0.05;
const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { Simulator, ConsoleLogger, LogLevel } = await import(job.rp2040js);
const { rp2040: mcu, clock } = new Simulator();
const rom = new Uint8Array(readFileSync(job.rom));
mcu.loadBootrom(new Uint32Array(rom.buffer));
mcu.logger = new ConsoleLogger(LogLevel.Error, false);
mcu.flash.fill(0xff);
mcu.flash.set(readFileSync(job.firmware), 0);
mcu.flash.set(readFileSync(job.drive), job.drive_at);
mend(mcu);

const chip = new Chip(mcu, clock, new Flash(mcu, clock, rom), () => { host.forget(); tell('restart'); });
const tell = (what, fields = {}) => process.stdout.write(`${JSON.stringify({ t: chip.nowS, what, ...fields })}\n`);
const motion = new Motion(readFileSync(job.motion), job.rows_hz);
const sensor = new Sensor(() => chip.nowS, (id, atS) => motion.values(id, atS), tell);
attach(mcu.i2c[0], clock, sensor, BUS_HZ);
new Lines(mcu.gpio[SCL], mcu.gpio[SDA], sensor);

const clients = [new Set(), new Set()], DATA = 1;
let line = '', isAsked = false;
const host = new Host(mcu.usbCtrl, (ports) => tell('usb', { ports }), (port, bytes) => {
  for (const client of clients[port]) client.write(Buffer.from(bytes));
  if (port === DATA && isAsked) tell('answered');
  if (port === DATA) isAsked = false;
  if (port !== DATA) printed(Buffer.from(bytes).toString('latin1'));
});

function printed(text) {
  const lines = (line + text).split('\n');
  line = lines.pop();
  for (const one of lines) tell('text', { text: one.trim() });
}

function serve(port) {
  const server = createServer((client) => {
    // A client that has just left may be told of only behind the one that came after it.
    if (port === DATA && clients[port].size) host.open(port, false);
    clients[port].add(client);
    if (port === DATA) { isAsked = true; tell('opened'); }
    client.setNoDelay(true);
    host.open(port, true);
    client.on('data', (bytes) => host.send(port, bytes));
    client.on('error', (error) => tell('text', { text: `TCP: ${error.message}` }));
    client.on('close', () => {
      clients[port].delete(client);
      if (port === DATA && !clients[port].size) host.open(port, false);
    });
  });
  server.listen(0, '127.0.0.1', () => tell('listening', { port, tcp: server.address().port }));
}
clients.forEach((_, port) => serve(port));

const button = mcu.gpio[BUTTON];
const orders = {
  go: () => { motion.beginS = chip.nowS; },
  press: (seconds) => {
    button.setInputValue(false);
    clock.createAlarm(() => button.setInputValue(true)).schedule(seconds * 1e9);
  },
};
button.setInputValue(true);
const input = createInterface({ input: process.stdin });
input.on('line', (order) => { const [name, value] = order.split(' '); orders[name](+value); });
input.on('close', () => process.exit(0)); // who started us is gone

let motor = 0, toldS = 0;
function turn() {
  chip.run(TURN_S);
  const drive = mcu.pwm.channels[MOTOR_SLICE].cc >>> 16;
  if (drive !== motor) tell('motor', { drive: (motor = drive) });
  if (chip.nowS - toldS >= TELL_S) {
    toldS = chip.nowS;
    tell('time', { idle: chip.idleNs / 1e9, erases: chip.flash.erases, mhz: mcu.clkSys / 1e6 });
  }
  setImmediate(turn);
}
turn();
