import type { ApiMethod } from '../api-client.js';

/** Stands for the id of an object, by its address: it may not be there yet when a plan is made. */
export interface Ref {
  readonly ref: string;
}

/** Stands for the seconds from when it is sent until a time, in seconds since 1970. */
export interface SecondsUntil {
  readonly secondsUntil: number;
}

/** One call of the management API. */
export interface Step {
  readonly method: ApiMethod;
  /** Below `/v1/organization`, part by part. */
  readonly path: readonly (string | Ref)[];
  readonly body?: { readonly [field: string]: unknown };
}

export interface Difference {
  readonly field: string;
  /** Absent of what is created. */
  readonly before?: unknown;
  readonly after: unknown;
}

export interface Secret {
  /** As the declaration has it: relative to the declaration's folder. */
  readonly file: string;
  readonly variable?: string;
}

export interface Change {
  readonly action: 'create' | 'change' | 'close';
  /** What it is done to, for people and for `Ref`s: `project "Chat", key "web"`. */
  readonly address: string;
  readonly differences: readonly Difference[];
  /** In this order; the answer to the first has the id of what is created. */
  readonly steps: readonly Step[];
  /** Where the answer to the first step has one. */
  readonly secret?: Secret;
}

export interface Plan {
  /** In the order in which they can be made. */
  readonly changes: readonly Change[];
  /** What exists, is not declared, and is left alone. */
  readonly unmanaged: readonly string[];
  /** What is declared and cannot be had; with one of them nothing is applied. */
  readonly problems: readonly string[];
  /** Of what exists, by address. */
  readonly ids: ReadonlyMap<string, string>;
}

/** A part of a plan. Closes are in the order in which things stand in each other; they are made backwards, after all else. */
export interface PlanPart {
  readonly changes: readonly Change[];
  readonly closes: readonly Change[];
  readonly unmanaged: readonly string[];
  readonly problems: readonly string[];
  readonly ids: readonly (readonly [address: string, id: string])[];
}

export const nothing: PlanPart = { changes: [], closes: [], unmanaged: [], problems: [], ids: [] };

export function join(parts: readonly PlanPart[]): PlanPart {
  return {
    changes: parts.flatMap(({ changes }) => changes),
    closes: parts.flatMap(({ closes }) => closes),
    unmanaged: parts.flatMap(({ unmanaged }) => unmanaged),
    problems: parts.flatMap(({ problems }) => problems),
    ids: parts.flatMap(({ ids }) => ids),
  };
}
