// Every call of a Python function: when, how long, what it took of the heap.
const COLLECTOR = 1;

export class Calls {
  // outside: begins of names whose time does not count
  constructor(clock, outside) {
    this.clock = clock;
    this.outside = outside;
    this.names = ['collector'];
    this.index = new Map([[COLLECTOR, 0]]);
    this.isOutside = [false];
    this.rows = [];
    this.samples = [];
    this.stack = [];
    this.called = 0;
    this.recording = false;
    this.from = this.until = { now: 0, idled: 0 };
  }

  call(number) {
    this.called = number;
    this.clock.hold();
  }

  isKnown() {
    return this.index.has(this.called);
  }

  name(text) {
    this.index.set(this.called, this.names.length);
    this.names.push(text);
    this.isOutside.push(this.outside.some((one) => text.startsWith(one)));
  }

  go() {
    this.clock.go();
    if (this.called) this.begin(this.called);
    this.called = 0;
  }

  begin(number) {
    const { clock, index } = this, which = index.get(number);
    const at = clock.now();
    const { waited, stalled } = clock;
    this.stack.push({ number, which, at, inner: 0, bytes: 0, waited, stalled });
    if (this.isOutside[which]) clock.enter();
  }

  finish(number) {
    const { clock } = this, call = this.stack.pop();
    if (!call || call.which !== this.index.get(number)) throw new Error('a return without its call');
    if (this.isOutside[call.which]) clock.leave();
    const caller = this.stack[this.stack.length - 1], us = clock.now() - call.at;
    if (caller) {
      caller.inner += us;
      caller.bytes += call.bytes;
    }
    if (!this.recording || clock.outside) return;
    const row = [call.at, us, us - call.inner, call.bytes,
      clock.waited - call.waited, clock.stalled - call.stalled];
    this.rows.push([call.which, caller ? caller.which : -1, ...row.map(tenths)]);
  }

  heap(bytes) {
    if (!this.clock.outside && this.stack.length) {
      this.stack[this.stack.length - 1].bytes += (bytes + 15) & ~15;
    }
  }

  due(us) {
    if (this.recording) this.samples.push([us, Math.round(this.clock.now())]);
  }

  record(on) {
    this.recording = on;
    if (on) this.forget();
    this[on ? 'from' : 'until'] = { now: this.clock.now(), idled: this.clock.idled };
  }

  // An unloaded module leaves its place in the heap to others: names are asked for again.
  forget() {
    const running = new Set([COLLECTOR, ...this.stack.map((call) => call.number)]);
    for (const number of [...this.index.keys()]) {
      if (!running.has(number)) this.index.delete(number);
    }
  }

  report() {
    return {
      names: this.names, calls: this.rows, samples: this.samples,
      elapsed_us: this.until.now - this.from.now, idle_us: this.until.idled - this.from.idled,
    };
  }
}

const tenths = (value) => Math.round(value * 10) / 10;
