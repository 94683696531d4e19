import type { Stack } from '../../infra/local/stack.js';
import { treeMemoryMib } from './process-usage.js';

const roles = ['gateway', 'temporal', 'postgres'] as const;
type Role = (typeof roles)[number];

/** Resident memory of a stack's processes, MiB, each with its children. */
export type StackMemory = { readonly [R in Role]: number };

export interface MemorySample {
  readonly atMs: number;
  readonly mib: StackMemory;
}

export interface MemorySamples {
  readonly samples: readonly MemorySample[];
  /** The most of each since the start, or since this time. */
  most(sinceMs?: number): StackMemory;
  end(): void;
}

export function memoryOf(stack: Stack): StackMemory {
  const pids = stack.pids();
  return Object.fromEntries(roles.map((role) => [role, treeMemoryMib(pids[role] ?? 0)])) as StackMemory;
}

/** Looks at the memory of a stack's processes until it is ended; the first look is at once. */
export function sampleMemory(stack: Stack, everyMs: number): MemorySamples {
  const samples: MemorySample[] = [];
  const startedAt = performance.now();
  const look = (): void => {
    samples.push({ atMs: performance.now() - startedAt, mib: memoryOf(stack) });
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    samples,
    most: (sinceMs = 0) => {
      const seen = samples.filter(({ atMs }) => atMs >= sinceMs);
      const mostOf = (role: Role): number => Math.max(...seen.map(({ mib }) => mib[role]));
      return { gateway: mostOf('gateway'), temporal: mostOf('temporal'), postgres: mostOf('postgres') };
    },
    end: () => {
      look();
      clearInterval(timer);
    },
  };
}
