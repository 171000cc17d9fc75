// One part on an I2C block of rp2040js, and on its pins when they are moved by hand.
const BITS_A_BYTE = 9, READ = 1, LOW = 0;

// part: {address, written(bytes), begin() -> bytes, finish(count)}
export function attach(i2c, clock, part, hz) {
  const later = (bits, then) => clock.createAlarm(then).schedule((bits * 1e9) / hz);
  let here = false, mode = 0, got = [], answer = [], count = 0;
  const finish = () => {
    if (here && mode === READ) part.finish(count);
    else if (here && got.length) part.written(got);
    here = false;
    got = [];
  };
  i2c.onStart = () => { finish(); later(1, () => i2c.completeStart()); };
  i2c.onStop = () => { finish(); later(1, () => i2c.completeStop()); };
  i2c.onConnect = (address, asked) => {
    here = address === part.address;
    mode = asked;
    count = 0;
    answer = here && mode === READ ? part.begin() : [];
    const known = here;
    later(BITS_A_BYTE, () => i2c.completeConnect(known));
  };
  i2c.onWriteByte = (byte) => {
    got.push(byte);
    later(BITS_A_BYTE, () => i2c.completeWrite(true));
  };
  i2c.onReadByte = () => {
    const byte = answer[count++] ?? 0;
    later(BITS_A_BYTE, () => i2c.completeRead(byte));
  };
}

// The lines have pull-ups, and an address that is clocked out bit by bit is acknowledged.
export class Lines {
  constructor(scl, sda, part) {
    Object.assign(this, { scl, sda, part, bits: -1, shifted: 0, held: false, was: [true, true] });
    const up = (pin) => pin.value !== LOW;
    Object.defineProperty(scl, 'inputValue', { get: () => up(scl) });
    Object.defineProperty(sda, 'inputValue', { get: () => up(sda) && !this.held });
    for (const pin of [scl, sda]) pin.addListener(() => this.moved(up(scl), up(sda)));
  }

  moved(clock, data) {
    const [clockWas, dataWas] = this.was;
    this.was = [clock, data];
    if (clock && clockWas && data !== dataWas) this.begin(dataWas ? 0 : -1); // start, stop
    else if (this.bits < 0) return;
    else if (clock && !clockWas) this.rose(data);
    else if (!clock && clockWas) this.fell();
  }

  begin(bits) {
    this.bits = bits;
    this.shifted = 0;
    this.held = false;
  }

  rose(data) {
    if (this.bits < 8) this.shifted = (this.shifted << 1) | (data ? 1 : 0);
    this.bits++;
  }

  fell() {
    if (this.bits === 8) this.held = this.shifted === this.part.address << 1;
    else if (this.bits === 9) this.begin(0);
  }
}
