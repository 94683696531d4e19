import type { TaskKind, TaskScores } from '../../workflows/contracts/estimates.js';
import type { FigureSource, ModelQuality } from '../../workflows/contracts/model-quality.js';
import { fromKinds, TASK_KINDS } from '../../workflows/domain/model-quality.js';
import { type Family, familyOf, isBefore } from './model-family.js';
import type { QualityData } from './quality.schema.js';

/**
 * Scores of each of these models of which something is known. For a kind without a figure two guesses are made, and the
 * higher one taken: the score of the newest earlier model of the same family, since makers rarely sell a worse successor, and
 * one that is as far from the mean of all measured models as the model's other kinds are from theirs, or nearly.
 */
export function qualityOfModels(data: QualityData, modelIds: readonly string[]): ReadonlyMap<string, ModelQuality> {
  const measured = new Map(Object.keys(data.models).map((id) => [id, ownScores(data, id)]));
  const usual = usualScores([...measured.values()]);
  const families = byFamily([...measured.keys()]);
  const known = new Map<string, ModelQuality>();
  for (const id of modelIds) {
    const name = nameOf(id);
    const own = measured.get(name) ?? {};
    const ancestor = ancestorOf(name, families);
    const scores = scoresOf(own, (ancestor === undefined ? undefined : measured.get(ancestor)) ?? {}, usual);
    const quality = fromKinds((kind) => {
      const score = scores[kind];
      if (score === undefined) return undefined;
      if (own[kind] === undefined) return { score, basis: 'guess', sources: [] };
      return { score, basis: 'figures', sources: sourcesOf(data, name, kind) };
    });
    if (quality !== undefined) known.set(id, quality);
  }
  return known;
}

/** The mean of a model's figures by kind, each put between its benchmark's floor and ceiling. */
function ownScores({ benchmarks, models }: QualityData, id: string): TaskScores {
  const found = new Map<TaskKind, number[]>();
  for (const figure of models[id] ?? []) {
    const benchmark = benchmarks.find((known) => known.id === figure.benchmark);
    if (benchmark === undefined) continue;
    const { floor, ceiling, kinds } = benchmark;
    const share = Math.min(1, Math.max(0, (figure.score - floor) / (ceiling - floor)));
    for (const kind of kinds) found.set(kind, [...(found.get(kind) ?? []), share]);
  }
  return Object.fromEntries([...found].map(([kind, shares]) => [kind, mean(shares)]));
}

/** The mean of all measured models by kind. */
function usualScores(all: readonly TaskScores[]): TaskScores {
  return Object.fromEntries(TASK_KINDS.map((kind) => [kind, mean(all.flatMap((scores) => scores[kind] ?? []))]));
}

/** A model's id without what stands behind a colon (`:free`). */
function nameOf(id: string): string {
  return id.replace(/:[^:]*$/, '');
}

/** Where the figures stand that a model's score for a kind is made of. */
function sourcesOf({ benchmarks, models }: QualityData, id: string, kind: TaskKind): readonly FigureSource[] {
  const speaking = new Set(benchmarks.flatMap((known) => (known.kinds.includes(kind) ? [known.id] : [])));
  const figures = (models[id] ?? []).filter(({ benchmark }) => speaking.has(benchmark));
  return figures.map(({ source, asOf }) => ({ source, asOf }));
}

function scoresOf(own: TaskScores, inherited: TaskScores, usual: TaskScores): TaskScores {
  const isMeasured = Object.keys(own).length > 0;
  const known = isMeasured ? own : inherited;
  const kinds = TASK_KINDS.filter((kind) => known[kind] !== undefined);
  if (kinds.length === 0) return {};
  const lead = LEAD_KEPT * mean(kinds.map((kind) => (known[kind] ?? 0) - (usual[kind] ?? 0)));
  const inferred = (kind: TaskKind): number => Math.max(inherited[kind] ?? 0, (usual[kind] ?? 0) + lead);
  return Object.fromEntries(TASK_KINDS.map((kind) => [kind, round(known[kind] ?? inferred(kind))]));
}

/** Who is good at one kind of work is usually good at others, but less so: what is inferred stays nearer to the mean. */
const LEAD_KEPT = 0.7;

interface Member {
  readonly id: string;
  readonly version: Family['version'];
}

/** Read once, because each of a thousand models is compared with those of its family. */
function byFamily(ids: readonly string[]): ReadonlyMap<string, readonly Member[]> {
  const families = new Map<string, Member[]>();
  for (const id of ids) {
    const { family, version } = familyOf(id);
    const members = families.get(family) ?? [];
    members.push({ id, version });
    families.set(family, members);
  }
  return families;
}

/** The newest measured model of the same family that came before. */
function ancestorOf(id: string, families: ReadonlyMap<string, readonly Member[]>): string | undefined {
  const { family, version } = familyOf(id);
  return (families.get(family) ?? [])
    .filter((other) => isBefore(other.version, version))
    .reduce<Member | undefined>(
      (newest, next) => (newest === undefined || isBefore(newest.version, next.version) ? next : newest),
      undefined,
    )?.id;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function round(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 1_000) / 1_000;
}
