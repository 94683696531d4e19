import { readFileSync } from 'node:fs';
import type { RequestFacts, Victim } from './facts.js';
import type { RoundResult } from './round.js';
import { readSeen } from './reading.js';
import type { StageName } from './stage-names.js';
import type { World } from './world.js';

/** A line of the table: what came of the kills at one stage of one process. */
export interface Tally {
  readonly stage: StageName;
  readonly victim: Victim;
  kills: number;
  requests: number;
  violations: number;
  longestMs: number;
  readonly ends: Map<string, number>;
  readonly seen: Map<string, number>;
}

export function newTally(stage: StageName, victim: Victim): Tally {
  return { stage, victim, kills: 0, requests: 0, violations: 0, longestMs: 0, ends: new Map(), seen: new Map() };
}

export function countRound(tally: Tally, { facts, violations, recoveryMs }: RoundResult): void {
  tally.kills += 1;
  tally.requests += facts.requests.length;
  tally.violations += violations.length;
  tally.longestMs = Math.max(tally.longestMs, recoveryMs);
  for (const request of facts.requests) add(tally.ends, endOf(request));
  for (const { spec, seen } of facts.calls) add(tally.seen, readSeen(seen, spec).kind);
}

function endOf({ state, attempts }: RequestFacts): string {
  if (state !== 'settled') return state;
  const paid = attempts.at(-1);
  return paid?.status === 'partial' ? 'settled at checkpoint' : paid?.calls === 2 ? 'settled, called again' : 'settled';
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The table as text, columns padded. */
export function renderTable(tallies: readonly Tally[]): string {
  const head = ['stage', 'killed', 'kills', 'requests', 'how they ended', 'what callers saw', 'longest', 'violations'];
  const rows = tallies.map(({ stage, victim, kills, requests, ends, seen, longestMs, violations }) => [
    stage,
    victim,
    String(kills),
    String(requests),
    renderCounts(ends),
    renderCounts(seen),
    `${(longestMs / 1_000).toFixed(1)} s`,
    String(violations),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function renderCounts(counts: Map<string, number>): string {
  return [...counts]
    .sort()
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** Everything that is needed to find out about a round with violations. Rows and names, no content. */
export function renderViolations(world: World, { facts, violations }: RoundResult): string {
  const about = new Set(violations.map((violation) => violation.about));
  const callers = facts.calls.map(({ spec, seen, again, late }) => ({
    tag: spec.tag,
    late,
    saw: readSeen(seen, spec).kind,
    status: seen.status,
    requestId: seen.requestId,
    ...(again && {
      again: { saw: readSeen(again, spec).kind, status: again.status, requestId: again.requestId },
    }),
  }));
  const requests = facts.requests.filter(({ id }) => about.has(id) || callersOf(callers, about).has(id));
  return [
    ...violations.map((violation) => `  ${violation.about}: ${violation.what}`),
    ...requests.map((request) => `  row ${json(request)}`),
    ...(facts.left ? [`  left by ${facts.left.holder}: ${json(facts.left.attempts)}`] : []),
    ...callers.filter(({ tag }) => about.has(tag) || about.has('all')).map((caller) => `  caller ${json(caller)}`),
    ...facts.vendorCalls
      .filter(({ tag }) => tag !== undefined && about.has(tag))
      .map((call) => `  vendor ${json(call)}`),
    renderLogs(world),
  ].join('\n');
}

/** What the supervision and the gateway have said last. */
export function renderLogs(world: World): string {
  const gateway = readFileSync(world.gatewayLog, 'utf8').trim().split('\n');
  return [
    ...world.said.slice(-6).map((line) => `  supervision: ${line}`),
    ...gateway.slice(-15).map((line) => `  gateway: ${line}`),
  ].join('\n');
}

function callersOf(
  callers: readonly {
    readonly tag: string;
    readonly requestId?: string | undefined;
    readonly again?: { readonly requestId?: string | undefined };
  }[],
  about: ReadonlySet<string>,
): ReadonlySet<string | undefined> {
  const concerned = callers.filter(({ tag }) => about.has(tag));
  return new Set(
    concerned.flatMap(({ requestId, again }) => [requestId, again?.requestId]).filter((id) => id !== undefined),
  );
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
