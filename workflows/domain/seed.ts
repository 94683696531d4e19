/** 32 bits of a text, the same for the same text everywhere (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** Spreads every bit over all of them (the last step of murmur3). */
export function mix(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number between 0 and 1, neither of them included, of 32 bits. */
export function toShare(hash: number): number {
  return (hash + 0.5) / 2 ** 32;
}

/** A number from 0 to 1, without 1, that the text alone decides and that looks random. */
export function chanceOf(text: string): number {
  return hashOf(text) / 2 ** 32;
}

/**
 * Which of several weights a seed falls on; undefined where they add up to nothing. Each is met as often as its share of
 * their sum.
 */
export function pickBySeed<T extends { readonly weight: number }>(seed: string, choices: readonly T[]): T | undefined {
  const sum = choices.reduce((total, { weight }) => total + weight, 0);
  let left = toShare(hashOf(seed)) * sum;
  return choices.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}
