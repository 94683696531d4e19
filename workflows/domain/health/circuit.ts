import type { FailureClass } from '../../contracts/failures.js';
import type { Observation } from '../../contracts/health.js';
import type { Tally } from './bucket.js';
import { chanceOf } from '../seed.js';
import { faultOf } from './fault.js';
import type { CircuitRules } from './rules.js';

/** What processes tell each other of a circuit. Plain JSON; times are milliseconds since the epoch. */
export interface Circuit {
  readonly phase: 'closed' | 'open';
  /** When it came into this phase: attempts that began earlier say nothing about it. */
  readonly changedAtMs: number;
  /** Until when it rests, or rested last. From then on a few may find out, so that no circuit stays open by itself. */
  readonly untilMs: number;
  /** How often in a row it opened without having been warm in between. */
  readonly trips: number;
  /** Of a closed one: how long it warms up. */
  readonly warmUpMs: number;
  readonly reason?: FailureClass;
}

/** A circuit with what this process alone counts. */
export interface WatchedCircuit {
  readonly circuit: Circuit;
  /** Failures in a row while closed. */
  readonly streak: number;
  /** Answers in a row while open. */
  readonly successes: number;
  /** Of an account that is closed: the offer that it was last refused the permission for, without an answer since. */
  readonly refusedOfferId?: string;
}

export const NEW_CIRCUIT: Circuit = { phase: 'closed', changedAtMs: 0, untilMs: 0, trips: 0, warmUpMs: 0 };
export const NEW_WATCH: WatchedCircuit = { circuit: NEW_CIRCUIT, streak: 0, successes: 0 };

/** The least that a circuit which has just closed carries: enough to be seen, too little to hurt. */
const LEAST_WARMTH = 0.1;

/**
 * The circuit after one attempt. `recent` is what all processes saw since it last changed, within `rules.shareMs`; `key`
 * spreads the rests of circuits that open together. The same object where nothing has changed.
 */
export function observe(
  watch: WatchedCircuit,
  { failure, startedAtMs, endedAtMs }: Observation,
  recent: Tally,
  rules: CircuitRules,
  key: string,
): WatchedCircuit {
  const { circuit, streak, successes } = watch;
  // What began before the last change tells of a time that is over: a slow answer must not close, nor a slow failure reopen.
  if (rules.failures === 0 || startedAtMs < circuit.changedAtMs) return watch;
  const fault = failure === undefined ? undefined : faultOf(failure.class);
  if (fault === 'nobody') return watch;
  if (failure === undefined || fault === undefined) {
    if (circuit.phase === 'closed') return streak === 0 ? watch : { ...watch, streak: 0 };
    return successes + 1 >= rules.successes
      ? closed(circuit, endedAtMs, rules)
      : { ...watch, successes: successes + 1 };
  }

  const told = toldWait(failure.retryAfterMs, rules);
  const open = (): WatchedCircuit => opened(circuit, { class: failure.class, atMs: endedAtMs, told }, rules, key);
  if (circuit.phase === 'open') {
    if (endedAtMs >= circuit.untilMs) return open();
    // It rested, and was tried because nobody else was left. A longer wait that the vendor tells is news all the same.
    const untilMs = Math.max(circuit.untilMs, endedAtMs + (told ?? 0));
    return { ...watch, successes: 0, circuit: untilMs === circuit.untilMs ? circuit : { ...circuit, untilMs } };
  }
  const crowded = recent.counted >= rules.minimum && recent.faults >= rules.share * recent.counted;
  if (fault === 'lasting' || told !== undefined || streak + 1 >= rules.failures || crowded) return open();
  return { ...watch, streak: streak + 1 };
}

function toldWait(retryAfterMs: number | undefined, rules: CircuitRules): number | undefined {
  if (retryAfterMs === undefined || retryAfterMs < rules.shortestToldMs) return undefined;
  return Math.min(retryAfterMs, rules.longestToldMs);
}

interface Opening {
  readonly class: FailureClass;
  readonly atMs: number;
  readonly told: number | undefined;
}

function opened(
  before: Circuit,
  { class: reason, atMs, told }: Opening,
  rules: CircuitRules,
  key: string,
): WatchedCircuit {
  const trips = warmth(before, atMs) === 1 ? 1 : before.trips + 1;
  const chance = chanceOf(`${key} ${trips} ${atMs}`);
  const lasting = faultOf(reason) === 'lasting';
  const [first, longest] = lasting
    ? [rules.lastingRestMs, rules.longestLastingRestMs]
    : [rules.restMs, rules.longestRestMs];
  const doubled = Math.min(longest, first * 2 ** Math.min(trips - 1, 30));
  // A vendor that names its time is believed; one that was wrong about it is given more each time.
  const restMs =
    told === undefined
      ? doubled * (0.8 + 0.4 * chance)
      : (trips === 1 ? told : Math.max(told, doubled / 2)) * (1 + 0.1 * chance);
  const circuit: Circuit = {
    phase: 'open',
    changedAtMs: atMs,
    untilMs: atMs + Math.round(restMs),
    trips,
    warmUpMs: 0,
    reason,
  };
  return { circuit, streak: 0, successes: 0 };
}

function closed(before: Circuit, atMs: number, rules: CircuitRules): WatchedCircuit {
  const warmUpMs = Math.min(rules.longestWarmUpMs, Math.max(0, before.untilMs - before.changedAtMs));
  return { circuit: { ...before, phase: 'closed', changedAtMs: atMs, warmUpMs }, streak: 0, successes: 0 };
}

/** The share of its traffic that it may carry: nothing while open, then more and more of it. */
export function warmth({ phase, changedAtMs, warmUpMs }: Circuit, nowMs: number): number {
  if (phase === 'open') return 0;
  if (nowMs >= changedAtMs + warmUpMs) return 1;
  return LEAST_WARMTH + (1 - LEAST_WARMTH) * Math.max(0, (nowMs - changedAtMs) / warmUpMs);
}

/** Whether its rest is over, so that a few may find out. */
export function isRested({ phase, untilMs }: Circuit, nowMs: number): boolean {
  return phase === 'open' && nowMs >= untilMs;
}

/**
 * What holds of two processes' views: the later change; of two at the same moment the more careful one. A maximum over a
 * total order, so that the order in which views come does not matter.
 */
export function mergeCircuits(left: Circuit, right: Circuit): Circuit {
  const difference =
    left.changedAtMs - right.changedAtMs ||
    Number(left.phase === 'open') - Number(right.phase === 'open') ||
    left.untilMs - right.untilMs ||
    left.trips - right.trips ||
    left.warmUpMs - right.warmUpMs ||
    compareText(left.reason ?? '', right.reason ?? '');
  return difference >= 0 ? left : right;
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left > right ? 1 : -1;
}

/** The same circuit in this process's keeping: what it counted belongs to the phase that is over. */
export function adopt(watch: WatchedCircuit, told: Circuit): WatchedCircuit {
  const circuit = mergeCircuits(watch.circuit, told);
  if (circuit === watch.circuit) return watch;
  const samePhase = circuit.changedAtMs === watch.circuit.changedAtMs && circuit.phase === watch.circuit.phase;
  return samePhase ? { ...watch, circuit } : { circuit, streak: 0, successes: 0 };
}
