// Time in microseconds: cycles that count, what was waited, what the flash kept everything waiting.
// It stands while the stand-in board is at work (hold, leave).

export class Clock {
  // background: {nextUs(), stall()}: what has its turn at a moment, and how long all stands for it
  constructor(core, factor, mhz) {
    this.core = core;
    this.mhz = mhz;
    this.factor = factor;
    this.waited = this.idled = this.stalled = 0;
    this.background = { nextUs: () => Infinity, stall: () => 0 };
    this.uncounted = this.heldAt = this.outsideSince = this.outside = 0;
  }

  counted() {
    return (this.outside ? this.outsideSince : this.core.cycles) - this.uncounted;
  }

  passed() {
    return (this.counted() / this.mhz) * this.factor + this.waited + this.stalled;
  }

  now() {
    for (;;) {
      const us = this.passed();
      if (us < this.background.nextUs()) return us;
      this.stalled += this.background.stall();
    }
  }

  hold() {
    this.heldAt = this.core.cycles;
  }

  go() {
    if (!this.outside) this.uncounted += this.core.cycles - this.heldAt;
  }

  // A function that stands in for the board begins or ends.
  enter() {
    if (this.outside++ === 0) this.outsideSince = this.core.cycles;
  }

  leave() {
    if (--this.outside === 0) this.uncounted += this.core.cycles - this.outsideSince;
  }

  wait(us) {
    this.now();
    this.waited += us;
  }

  // Idle time is there for what stalls: it ends later only where a stall lasts longer.
  idle(us) {
    let now = this.now();
    const end = now + us;
    while (now < end) {
      const step = Math.min(end, this.background.nextUs()) - now;
      this.waited += step;
      this.idled += step;
      now = this.now();
    }
  }
}
