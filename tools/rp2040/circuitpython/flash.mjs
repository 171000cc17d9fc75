// The flash behind the boot ROM: its functions are hooked where the ROM's own table says they are,
// so any firmware will do. Source: RP2040 datasheet, 2.8.3.
export const FUNCTIONS_AT = 0x14, SECTOR_BYTES = 4096, PAGE_BYTES = 256;
const ERASE_NS = 45e6, PROGRAM_NS = 0.4e6; // of a sector, of a page
const MAGIC = [0x4d, 0x75, 0x01], MAGIC_AT = 0x10;

// The addresses of the ROM's functions by their two letters.
export function functions(rom) {
  const view = new DataView(rom.buffer, rom.byteOffset, rom.byteLength);
  if (!MAGIC.every((byte, i) => rom[MAGIC_AT + i] === byte)) throw new Error('not a boot ROM of an RP2040');
  const found = {};
  for (let at = view.getUint16(FUNCTIONS_AT, true); view.getUint16(at, true); at += 4) {
    found[String.fromCharCode(rom[at], rom[at + 1])] = view.getUint16(at + 2, true) & ~1;
  }
  return found;
}

export class Flash {
  constructor(mcu, clock, rom) {
    Object.assign(this, { mcu, clock, erases: 0, programs: 0 });
    const at = functions(rom), nothing = () => {};
    this.hooks = new Map([
      [at.IF, nothing], [at.EX, nothing], [at.FC, nothing], // the way to the chip and back
      [at.RE, () => this.erase()], [at.RP, () => this.program()],
    ]);
  }

  // Whether the function at `pc` was done in place of the ROM.
  call(pc) {
    const hook = this.hooks.get(pc);
    if (hook === undefined) return false;
    hook();
    this.mcu.core.PC = this.mcu.core.LR & ~1;
    return true;
  }

  erase() {
    const [at, count] = this.mcu.core.registers;
    this.mcu.flash.fill(0xff, at, at + count);
    this.erases += count / SECTOR_BYTES;
    this.clock.tick((ERASE_NS * count) / SECTOR_BYTES);
  }

  program() {
    const { mcu } = this, [at, from, count] = mcu.core.registers;
    for (let i = 0; i < count; i++) mcu.flash[at + i] &= mcu.readUint8((from >>> 0) + i);
    this.programs += count / PAGE_BYTES;
    this.clock.tick((PROGRAM_NS * count) / PAGE_BYTES);
  }
}
