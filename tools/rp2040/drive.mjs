// Files that the program writes, and what the flash under them takes: CircuitPython keeps the
// sector that was written last, and erases and programs it before another one is written or
// anything is read, and each second by itself (ports/raspberrypi/supervisor/internal_flash.c).
const SECTOR = 4096, ERASE_US = 45000, PROGRAM_US = 400 * (SECTOR / 256), FLUSH_US = 1e9 / 1024;

export class Drive {
  // sizes: {name: bytes} of files that are there, empty
  constructor(mcu, clock, sizes) {
    this.mcu = mcu;
    this.clock = clock;
    this.files = new Map(Object.entries(sizes).map(([name, n]) => [name, new Uint8Array(n)]));
    this.offset = this.buffer = this.done = 0;
    this.dirty = '';
    this.flushUs = FLUSH_US;
    this.counts = { erases: 0, at_us: [] };
    clock.background = { nextUs: () => this.flushUs, stall: () => this.tick() };
  }

  bytes(name) {
    return this.files.has(name) ? this.files.get(name).length : -1;
  }

  tick() {
    this.flushUs += FLUSH_US;
    return this.flush();
  }

  flush() {
    if (!this.dirty) return 0;
    this.dirty = '';
    this.counts.erases++;
    this.counts.at_us.push(Math.round(this.clock.passed()));
    return ERASE_US + PROGRAM_US;
  }

  read(name, length) {
    this.clock.stalled += this.flush();
    const file = this.files.get(name);
    this.done = Math.max(0, Math.min(length, file.length - this.offset));
    for (let i = 0; i < this.done; i++) this.mcu.writeUint8(this.buffer + i, file[this.offset + i]);
  }

  write(name, length) {
    this.grow(name, this.offset + length);
    const file = this.files.get(name);
    for (let i = 0; i < length; i++) file[this.offset + i] = this.mcu.readUint8(this.buffer + i);
    for (let at = this.offset & -SECTOR; at < this.offset + length; at += SECTOR) {
      const sector = `${name} ${at}`;
      if (sector !== this.dirty) this.clock.stalled += this.flush();
      this.dirty = sector;
    }
    this.done = length;
  }

  grow(name, length) {
    const old = this.files.get(name) ?? new Uint8Array(0);
    if (length <= old.length) return;
    const file = new Uint8Array(length);
    file.set(old);
    this.files.set(name, file);
  }
}
