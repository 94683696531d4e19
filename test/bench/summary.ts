import type { Mode } from './options.js';
import type { Cpu, Turn } from './rounds.js';
import { median, type Percentiles, percentiles } from './statistics.js';
import type { WayName } from './ways.js';

/** One way in one part of the run, over all rounds. Times in ms, CPU in ms a request. */
export interface WaySummary {
  readonly way: WayName;
  readonly mode: Mode;
  readonly concurrency: number;
  readonly requests: number;
  /** The median of the rounds'. */
  readonly requestsPerSecond: number;
  readonly total: Percentiles;
  /** Each request's time less the vendor's median in the same round, asked directly by as many at once. */
  readonly added?: Percentiles;
  readonly firstToken?: Percentiles;
  readonly addedFirstToken?: Percentiles;
  readonly cpu: Cpu;
  /** Of 1; absent where there are no workflows. */
  readonly eagerShare?: number;
}

/** A comparison by rounds: the middle one, the lowest and the highest. */
export interface Ratio {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export function summarize(turns: readonly Turn[]): readonly WaySummary[] {
  const parts = groupBy(turns, ({ mode, concurrency, way }) => `${mode} ${concurrency} ${way}`);
  return [...parts.values()].map((part) => summarizeWay(part, turns));
}

function summarizeWay(part: readonly Turn[], turns: readonly Turn[]): WaySummary {
  const { way, mode, concurrency } = part[0] as Turn;
  const samples = part.flatMap((turn) => turn.samples);
  const firstTokens = samples.flatMap(({ firstTokenMs }) => firstTokenMs ?? []);
  const starts = part.flatMap(({ nonEagerStarts }) => nonEagerStarts ?? []);
  const cpu = (of: keyof Cpu): number => sum(part.map(({ cpuMs }) => cpuMs[of])) / samples.length;
  return {
    ...{ way, mode, concurrency, requests: samples.length },
    requestsPerSecond: median(part.map(rate)),
    total: percentiles(samples.map(({ totalMs }) => totalMs)),
    ...(way !== 'direct' && { added: added(part, turns, (sample) => sample.totalMs) }),
    ...(firstTokens.length > 0 && { firstToken: percentiles(firstTokens) }),
    ...(firstTokens.length > 0 &&
      way !== 'direct' && { addedFirstToken: added(part, turns, (sample) => sample.firstTokenMs ?? NaN) }),
    cpu: { node: cpu('node'), temporal: cpu('temporal'), postgres: cpu('postgres') },
    ...(starts.length > 0 && { eagerShare: 1 - sum(starts) / samples.length }),
  };
}

function added(
  part: readonly Turn[],
  turns: readonly Turn[],
  timeOf: (sample: Turn['samples'][number]) => number,
): Percentiles {
  const differences = part.flatMap((turn) => {
    const direct = turnsBeside(turn, turns).find(({ way }) => way === 'direct');
    const without = median(direct?.samples.map(timeOf) ?? []);
    return turn.samples.map((sample) => timeOf(sample) - without);
  });
  return percentiles(differences);
}

/** The gateway's middle time over the floor's, with one request at a time. The aim is 1.5 at most. */
export function latencyRatio(turns: readonly Turn[], concurrency = 1): Ratio | undefined {
  return ratio(turns, concurrency, ({ samples }) => median(samples.map(({ totalMs }) => totalMs)));
}

/** The gateway's requests a second over the floor's. The aim is 0.75 at least, at 16. */
export function throughputRatio(turns: readonly Turn[], concurrency = 16): Ratio | undefined {
  return ratio(turns, concurrency, rate);
}

function ratio(turns: readonly Turn[], concurrency: number, figureOf: (turn: Turn) => number): Ratio | undefined {
  const gateway = turns.filter(
    (turn) => turn.way === 'gateway' && turn.mode === 'plain' && turn.concurrency === concurrency,
  );
  const ratios = gateway.flatMap((turn) => {
    const floor = turnsBeside(turn, turns).find(({ way }) => way === 'floor');
    return floor ? [figureOf(turn) / figureOf(floor)] : [];
  });
  if (ratios.length === 0) return undefined;
  return { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) };
}

/** All turns of the same round in the same part. */
function turnsBeside(turn: Turn, turns: readonly Turn[]): readonly Turn[] {
  const { mode, concurrency, round } = turn;
  return turns.filter((other) => other.mode === mode && other.concurrency === concurrency && other.round === round);
}

function rate({ samples, elapsedMs }: Turn): number {
  return (1_000 * samples.length) / elapsedMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
