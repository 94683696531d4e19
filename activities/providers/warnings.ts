import type { Warning } from '../../workflows/contracts/answer.js';

/** Gathers what could not be honoured as asked; the same thing said twice is kept once. */
export interface Warnings {
  add(type: Warning['type'], feature: string, detail: string): void;
  list(): readonly Warning[];
}

export function createWarnings(): Warnings {
  const found = new Map<string, Warning>();
  return {
    add: (type, feature, detail) => {
      const key = JSON.stringify([type, feature, detail]);
      if (!found.has(key)) found.set(key, { type, feature, detail });
    },
    list: () => [...found.values()],
  };
}
