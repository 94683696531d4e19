import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { JobRoundResult } from './job-facts.js';
import { type JobStageName, jobStageNames, jobStageTitles, type JobVictim, jobVictims } from './job-stage-names.js';
import type { JobWorld } from './job-world.js';

/** What came of the kills of one process at one stage. */
export interface JobTally {
  readonly stage: JobStageName;
  readonly victim: JobVictim;
  kills: number;
  jobs: number;
  made: number;
  unknown: number;
  violations: number;
  longestMs: number;
}

export function newJobTally(stage: JobStageName, victim: JobVictim): JobTally {
  return { stage, victim, kills: 0, jobs: 0, made: 0, unknown: 0, violations: 0, longestMs: 0 };
}

export function countJobRound(tally: JobTally, { facts, violations, recoveryMs }: JobRoundResult): void {
  tally.kills += 1;
  tally.jobs += facts.jobs.length;
  tally.made += facts.jobs.filter(({ shown }) => shown.status === 'completed').length;
  tally.unknown += facts.jobs.filter(({ shown }) => shown.code === 'outcome_unknown').length;
  tally.violations += violations.length;
  tally.longestMs = Math.max(tally.longestMs, recoveryMs);
}

const titles: { readonly [V in JobVictim]: string } = {
  api: 'the API',
  worker: 'the worker',
  temporal: 'Temporal',
  postgres: 'Postgres',
  s3: 'S3',
};

/** As `docs/durability.md` has it: a row a stage, a column a victim. */
export function renderJobTable(tallies: readonly JobTally[]): string {
  const victims = jobVictims.filter((victim) => tallies.some((tally) => tally.victim === victim));
  const stages = jobStageNames.filter((stage) => tallies.some((tally) => tally.stage === stage));
  const cell = (stage: JobStageName, victim: JobVictim): string => {
    const tally = tallies.find((one) => one.stage === stage && one.victim === victim);
    return tally ? renderCell(tally) : '';
  };
  return [
    `| killed when | ${victims.map((victim) => titles[victim]).join(' | ')} |`,
    `|${'---|'.repeat(victims.length + 1)}`,
    ...stages.map(
      (stage) => `| ${jobStageTitles[stage]} | ${victims.map((victim) => cell(stage, victim)).join(' | ')} |`,
    ),
  ].join('\n');
}

function renderCell({ kills, jobs, made, unknown, violations, longestMs }: JobTally): string {
  return [
    `${kills} ${kills === 1 ? 'kill' : 'kills'}: ${made} of ${jobs} made`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(violations > 0 ? [`**${violations} violations**`] : []),
    `${(longestMs / 1_000).toFixed(0)} s`,
  ].join(', ');
}

const marks = ['<!-- chaos:jobs begin -->', '<!-- chaos:jobs end -->'] as const;

/** The page with what the command has found in the place of what an earlier run had. */
export function withJobTable(page: string, found: string): string {
  const [begin, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`The page has no ${marks.join(' and ')}.`);
  return `${page.slice(0, begin)}${marks[0]}\n${found}\n${page.slice(end)}`;
}

/** Everything that is needed to find out about a round with violations. Rows and names, no content. */
export function renderJobViolations(world: JobWorld, { facts, violations }: JobRoundResult): string {
  const about = new Set(violations.map((violation) => violation.about));
  return [
    ...violations.map((violation) => `  ${violation.about}: ${violation.what}`),
    ...facts.jobs.filter(({ tag }) => about.has(tag) || about.has('all')).map((job) => `  job ${json(job)}`),
    ...world.said.slice(-6).map((line) => `  supervision: ${line}`),
    ...world.gatewayLogs.flatMap((file) => lastLines(file).map((line) => `  ${basename(file)}: ${line}`)),
  ].join('\n');
}

function lastLines(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-15);
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}
