// A BNO08x as its driver sees it over I2C: SHTP cargos, each report in one of its own.
// Sources: CEVA, SH-2 Reference Manual and SHTP Reference Manual.
const COMMAND = 0, EXECUTABLE = 1, CONTROL = 2, REPORTS = 3; // channels
const RESET = 1, RESET_DONE = 1, INITIALISED = 0xf1, PRODUCT = 0xf8, ASK_PRODUCT = 0xf9;
const ANSWER = 0xf1, COMMAND_REQUEST = 0xf2, CALIBRATE = 7, DONE = 0, KEPT_BYTES = 3, REST_BYTES = 7;
const FEATURE = 0xfc, SET_FEATURE = 0xfd, TIME_BASE = 0xfb;
const HEAD_BYTES = 4, ADVERTISED_BYTES = 272, CONTINUED = 0x80, ACCURATE = 3;
// Reset, version 3.2, part number, build, patch; the driver takes no part number of 0.
const WHO = [PRODUCT, 1, 3, 2, ...[10003608, 370, 6].flatMap(
  (value) => [0, 8, 16, 24].map((bits) => (value >>> bits) & 0xff))];
// The accelerometer has a ladder of halves of 1 kHz, at most 500 Hz: 100 Hz asked, 125 given.
const LADDER_US = [64000, 32000, 16000, 8000, 4000, 2000], FORCE = 1;
const START_S = 0.1, LATE_S = 0.3; // older reports are dropped
// id: [bytes, steps a unit]: acceleration, gyroscope, linear, rotation vector, gravity, game vector
const KINDS = { 1: [10, 256], 2: [10, 512], 4: [10, 256], 5: [14, 16384], 6: [10, 256], 8: [12, 16384] };

export class Sensor {
  // now(): seconds; values(id, at_s): what a report holds; told(what, fields): of what was asked
  constructor(now, values, told = () => {}) {
    Object.assign(this, { now, values, told, address: 0x4a });
    this.reset();
  }

  reset() {
    const initialised = [INITIALISED, 0, 0x84, 0, 0, 0, 1, ...new Array(9).fill(0)];
    this.waiting = [[COMMAND, new Array(ADVERTISED_BYTES).fill(0)], [EXECUTABLE, [RESET_DONE]],
      [CONTROL, initialised]];
    Object.assign(this, { cargo: null, answers: 0, sequence: new Array(6).fill(0), counts: {}, features: {} });
    this.startS = this.now() + START_S;
  }

  written(bytes) {
    const length = (bytes[0] | (bytes[1] << 8)) & 0x7fff, said = bytes.slice(HEAD_BYTES, length);
    if (bytes[2] === EXECUTABLE && said[0] === RESET) this.reset();
    if (bytes[2] !== CONTROL) return;
    if (said[0] === ASK_PRODUCT) this.waiting.push([CONTROL, WHO]);
    if (said[0] === SET_FEATURE) this.setFeature(said);
    if (said[0] === COMMAND_REQUEST) this.answer(said);
  }

  // Every command is done; what calibrates itself is given back as it was asked for.
  answer([, sequence, command, ...asked]) {
    const kept = command === CALIBRATE ? asked.slice(0, KEPT_BYTES) : new Array(KEPT_BYTES).fill(0);
    const head = [ANSWER, this.answers++ & 0xff, command, sequence, 0, DONE];
    this.waiting.push([CONTROL, [...head, ...kept, ...new Array(REST_BYTES).fill(0)]]);
  }

  setFeature(said) {
    const id = said[1], us = said[5] | (said[6] << 8) | (said[7] << 16) | (said[8] << 24);
    const ladderUs = LADDER_US.find((step) => step <= us) ?? LADDER_US.at(-1);
    const grantedUs = us && id === FORCE ? ladderUs : us;
    if (us) this.features[id] = { everyS: grantedUs / 1e6, dueS: this.now() + grantedUs / 1e6 };
    else delete this.features[id];
    const answer = Buffer.from([FEATURE, ...said.slice(1, 17)]);
    answer.writeUInt32LE(grantedUs, 5);
    this.waiting.push([CONTROL, [...answer]]);
    this.told('feature', { id, us });
  }

  report(id, atS) {
    const [bytes, steps] = KINDS[id], count = this.counts[id] ?? 0, data = Buffer.alloc(bytes);
    this.counts[id] = (count + 1) & 0xff;
    data.set([id, count, ACCURATE]);
    this.values(id, atS).forEach((value, i) => {
      data.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(value * steps))), 4 + 2 * i);
    });
    return [...data];
  }

  // Reports that have become due go into the queue, oldest first.
  measure() {
    const due = [];
    for (const [id, one] of Object.entries(this.features)) {
      for (; one.dueS <= this.now(); one.dueS += one.everyS) {
        if (this.now() - one.dueS < LATE_S) due.push([one.dueS, +id]);
      }
    }
    due.sort((a, b) => a[0] - b[0]);
    for (const [atS, id] of due) this.waiting.push([REPORTS, this.report(id, atS), atS]);
  }

  // What a read that begins now gives; only a read beyond the head takes the cargo away.
  begin() {
    if (this.now() < this.startS) return [];
    if (!this.cargo && !this.waiting.length) this.measure();
    if (!this.cargo && this.waiting.length) this.cargo = this.next();
    if (!this.cargo) return [];
    const { channel, data, continued } = this.cargo, length = data.length + HEAD_BYTES;
    return [length & 0xff, (length >> 8) | continued, channel, this.sequence[channel], ...data];
  }

  next() {
    const [channel, data, atS] = this.waiting.shift();
    if (channel !== REPORTS) return { channel, data, continued: 0 };
    const age = Math.max(0, Math.round((this.now() - atS) * 1e4)); // in 100 us
    const base = [TIME_BASE, age & 0xff, (age >> 8) & 0xff, (age >> 16) & 0xff, 0];
    return { channel, data: [...base, ...data], continued: 0 };
  }

  finish(count) {
    if (!this.cargo || count <= HEAD_BYTES) return;
    const { channel, data } = this.cargo, rest = data.slice(count - HEAD_BYTES);
    this.sequence[channel] = (this.sequence[channel] + 1) & 0xff;
    this.cargo = rest.length ? { channel, data: rest, continued: CONTINUED } : null;
  }
}
