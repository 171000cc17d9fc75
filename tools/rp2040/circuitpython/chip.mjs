// An RP2040 that runs a whole firmware: what rp2040js 1.4.1 lacks for it, and its clock.
const START = 0x10000000, ROM_BYTES = 0x4000, GENERAL = 13; // registers r0 to r12
const TX_EMPTY = 1 << 4, RESETS = 0x4000c, WATCHDOG = 0x40058, I2C_RESETS = [1 << 3, 1 << 4];

function resetI2c(i2c) {
  Object.assign(i2c, { enable: 0, intRaw: 0, abortSource: 0, state: 0, busy: false, stop: false,
    pendingRestart: false });
  i2c.txFIFO.reset();
  i2c.rxFIFO.reset();
}

// An abort empties the queue and says so; the reset controller resets the I2C blocks; the flash's
// pins are pulled up.
export function mend(mcu) {
  for (const pin of mcu.qspi) Object.defineProperty(pin, 'inputValue', { get: () => true });
  for (const i2c of mcu.i2c) {
    const abort = i2c.abort.bind(i2c);
    i2c.abort = (reason) => { abort(reason); i2c.setInterrupts(TX_EMPTY); };
  }
  const resets = mcu.peripherals[RESETS], write = resets.writeUint32.bind(resets);
  resets.writeUint32 = (offset, value) => {
    const asked = offset === 0 ? I2C_RESETS : [];
    asked.forEach((bit, i) => { if (value & bit) resetI2c(mcu.i2c[i]); });
    write(offset, value);
  };
}

export class Chip {
  // restarted(): after a reset by the watchdog
  constructor(mcu, clock, flash, restarted) {
    Object.assign(this, { mcu, clock, flash, restarted, wantsReset: false, idleNs: 0 });
    this.watchdog = mcu.peripherals[WATCHDOG];
    this.watchdog.onWatchdogTrigger = () => { this.wantsReset = true; };
    this.start();
  }

  // As behind the boot ROM; where LR is not 0 the flash's first stage goes back there.
  start() {
    const { core } = this.mcu;
    core.registers.fill(0, 0, GENERAL);
    core.LR = 0;
    core.PC = START;
  }

  get nowS() {
    return this.clock.nanos / 1e9;
  }

  reset() {
    const { core, pwm } = this.mcu;
    core.reset();
    Object.assign(core, { pendingInterrupts: 0, enabledInterrupts: 0, waiting: false,
      eventRegistered: false, PM: false, IPSR: 0, currentMode: 0, SPSEL: 0, nPRIV: false, VTOR: 0 });
    this.watchdog.writeUint32(0, 0);
    pwm.reset();
    this.start();
    this.wantsReset = false;
    this.restarted();
  }

  // Run for that long; the clock may go a little beyond.
  run(seconds) {
    const until = this.clock.nanos + seconds * 1e9;
    while (this.clock.nanos < until) this.step();
  }

  step() {
    const { core } = this.mcu, { clock } = this;
    if (this.wantsReset) this.reset();
    if (core.waiting && core.pendingInterrupts & core.enabledInterrupts) {
      core.waiting = false;
      core.interruptsUpdated = true;
    }
    if (core.waiting) this.idle();
    else if (core.PC >= ROM_BYTES || !this.flash.call(core.PC & ~1)) {
      clock.tick((core.executeInstruction() * 1e9) / this.mcu.clkSys);
    }
  }

  idle() {
    const ns = this.clock.nanosToNextAlarm > 0 ? this.clock.nanosToNextAlarm : 1000;
    this.idleNs += ns;
    this.clock.tick(ns);
  }
}
