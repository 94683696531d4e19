import type { Warning } from '../../../../workflows/contracts/answer.js';
import { ProviderFailure } from '../../port.js';

/** Gathers what could not be honoured as asked; the same thing said twice is kept once. */
export interface Warnings {
  add(type: Warning['type'], feature: string, detail: string): void;
  list(): readonly Warning[];
}

export function createWarnings(): Warnings {
  const found = new Map<string, Warning>();
  return {
    add: (type, feature, detail) => {
      found.set(JSON.stringify([type, feature, detail]), { type, feature, detail });
    },
    list: () => [...found.values()],
  };
}

/** Refuses a call before anything is sent: the vendor could not answer it, and to leave part of it out would mislead. */
export function refuseCall(message: string, param: string): ProviderFailure {
  return new ProviderFailure({ class: 'invalid_request' }, { message, param });
}
