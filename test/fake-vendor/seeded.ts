/** FNV-1a over UTF-16 units: the same text gives the same number on every machine, which is all that is asked of it. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
};

/** A repeatable source of whole numbers below a limit (mulberry32). */
export type Seeded = (limit: number) => number;

export const createSeeded = (seed: number | string): Seeded => {
  let state = typeof seed === 'number' ? seed >>> 0 : hashOf(seed);
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
};

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An identifier of the vendors' look: `length` letters and digits that follow from the seed. */
export const lettersFrom = (seed: string, length: number): string => {
  const next = createSeeded(seed);
  return Array.from({ length }, () => letters.charAt(next(letters.length))).join('');
};
