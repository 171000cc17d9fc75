// What the clip feels: rows of a recorded or simulated wearer, standing in the first until it begins.
const COLUMNS = 10, ORIENTATIONS = [5, 8], FORCE = 1, RATE = 2;

export class Motion {
  constructor(bytes, rowsHz) {
    this.rows = new Float32Array(new Uint8Array(bytes).buffer);
    this.last = this.rows.length / COLUMNS - 1;
    this.rowsHz = rowsHz;
    this.beginS = Infinity;
  }

  row(atS) {
    const place = Math.min(Math.max(0, (atS - this.beginS) * this.rowsHz), this.last);
    const before = Math.floor(place), share = place - before, after = Math.min(before + 1, this.last);
    return Array.from({ length: COLUMNS }, (_, i) =>
      this.rows[before * COLUMNS + i] * (1 - share) + this.rows[after * COLUMNS + i] * share);
  }

  // As the report with that number has it.
  values(id, atS) {
    const row = this.row(atS);
    if (ORIENTATIONS.includes(id)) return [row[1], row[2], row[3], row[0]];
    if (id === FORCE) return row.slice(4, 7);
    return id === RATE ? row.slice(7, 10) : [0, 0, 0];
  }
}
