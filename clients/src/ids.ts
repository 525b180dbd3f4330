/**
 * UUID v7 (RFC 9562): 48 bits of milliseconds, then 74 bits that begin at random and count up within
 * a millisecond, so that ids of one phone sort in the order they were made, even when its clock
 * is put back.
 */
let last = 0;
/** 12 bits and 62 bits. */
let high = 0;
let low = 0n;

const LOW_END = 1n << 62n;
const HIGH_END = 1 << 12;

export function uuidv7(now: number = Date.now()): string {
  if (now > last) {
    last = now;
    roll();
  } else {
    // A step of random length, so that the next id cannot be told from this one.
    low += 1n + BigInt(random(4).getUint32(0));
    if (low >= LOW_END) {
      low -= LOW_END;
      high += 1;
    }
    if (high >= HIGH_END) {
      last += 1;
      roll();
    }
  }
  const hex = (value: number | bigint, length: number) => value.toString(16).padStart(length, '0');
  const time = hex(last, 12);
  const tail = hex((0b10n << 62n) | low, 16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(high, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

function roll(): void {
  const view = random(10);
  // The topmost bits are left free for counting.
  high = view.getUint16(0) & 0x7ff;
  low = view.getBigUint64(2) & (LOW_END - 1n);
}

/** Engines without `crypto` (some mini-programs) fall back on weaker chance. */
function random(length: number): DataView {
  const bytes = new Uint8Array(length);
  if (globalThis.crypto?.getRandomValues) {
    globalThis.crypto.getRandomValues(bytes);
  } else {
    for (let place = 0; place < length; place += 1) {
      bytes[place] = Math.floor(Math.random() * 256);
    }
  }
  return new DataView(bytes.buffer);
}
