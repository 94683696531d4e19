import type { Violation } from '../facts.js';
import type { JobFacts, JobRoundFacts, JobRow } from './job-facts.js';

/** 0.07 USD a second at 720p, of four seconds. */
export const videoPriceNanoUsd = 280_000_000n;

/** Everything in a round of jobs that must not be: one vendor job, one object, one settlement, one event, and the truth told. */
export function judgeJobRound(round: JobRoundFacts): readonly Violation[] {
  return [...round.jobs.flatMap((job) => judgeJob(job, round)), ...judgeBucket(round), ...judgeCount(round)];
}

function judgeJob(job: JobFacts, round: JobRoundFacts): readonly Violation[] {
  const about = (found: readonly string[]): readonly Violation[] => found.map((what) => ({ about: job.tag, what }));
  const { row } = job;
  if (row === undefined) return about(['was asked for again and again, and is not there']);
  const isAnswered = row.attempts.at(-1)?.status === 'answered';
  return about([
    ...(new Set(job.ids).size === 1 ? [] : [`is ${job.ids.length} jobs: ${job.ids.join(', ')}`]),
    ...judgeOneEnd(row, job),
    ...(isAnswered ? judgeMade(row, job) : judgeUnmade(row, job, round)),
  ]);
}

/** Whatever its end is, it has one, in the books, among the events, and for whoever listens. */
function judgeOneEnd({ ends, outbox, resolutions, attempts, hold, posted }: JobRow, { told }: JobFacts): string[] {
  const events = new Set(told.map(({ eventId }) => eventId));
  const types = new Set(told.map(({ type }) => type));
  return [
    ...(ends.length === 1 ? [] : [`has ${ends.length} ends: ${ends.join(', ')}`]),
    ...(outbox.length === 1 ? [] : [`has ${outbox.length} ends in the outbox`]),
    ...(resolutions === 1 ? [] : [`was settled ${resolutions} times`]),
    ...(hold !== null && posted !== null ? [] : [`hold ${String(hold)}, resolved with ${String(posted)}`]),
    ...(attempts.length === 1 ? [] : [`has ${attempts.length} attempts`]),
    ...(attempts.every(({ calls }) => calls === 1) ? [] : ['was called again']),
    ...(events.size === 1 ? [] : [`was told by ${events.size} events`]),
    ...(types.size === 1 && types.has(ends[0] ?? '') ? [] : [`was told to be ${[...types].join(', ')}, is ${ends[0]}`]),
  ];
}

function judgeMade({ state, charged, posted, ends }: JobRow, job: JobFacts): string[] {
  const ready = job.objects.filter((object) => object.state === 'ready').length;
  const { shown } = job;
  return [
    ...(state === 'settled' && ends[0] === 'job.succeeded' ? [] : [`was answered, and is ${state}`]),
    ...(charged === videoPriceNanoUsd && posted === videoPriceNanoUsd
      ? []
      : [`charged ${String(charged)}, posted ${String(posted)}, due ${videoPriceNanoUsd}`]),
    ...(job.submissions === 1 ? [] : [`was handed in ${job.submissions} times`]),
    ...(ready === 1 ? [] : [`has ${ready} outputs`]),
    ...(shown.status === 'completed' ? [] : [`is shown as ${shown.status}`]),
    ...(shown.sha256 === job.madeSha256 ? [] : ['gives other bytes than the vendor made']),
  ];
}

/** The one end without an output: nobody can say whether the vendor has taken it on, because the process that knew is dead. */
function judgeUnmade(row: JobRow, job: JobFacts, round: JobRoundFacts): string[] {
  const { state, charged, posted, failureClass } = row;
  const isFree = (charged ?? 0n) === 0n && (posted ?? 0n) === 0n;
  return [
    ...(mayBeAmbiguous(round) && !job.late ? [] : [`was not made: ${state}, ${String(failureClass)}`]),
    ...(failureClass === 'lease_lapsed' && state === 'released' ? [] : [`ended as ${state}, ${String(failureClass)}`]),
    ...(isFree ? [] : [`was charged ${String(charged)} for nothing`]),
    ...(job.submissions <= 1 ? [] : [`was handed in ${job.submissions} times`]),
    ...(job.objects.some((object) => object.state !== 'destroyed') ? ['has an output all the same'] : []),
    ...(job.shown.status === 'failed' && job.shown.code === 'outcome_unknown'
      ? []
      : [`is shown as ${job.shown.status}, ${String(job.shown.code)}`]),
  ];
}

/** Between the row of the attempt and that of the vendor's reference only the process that hands the job in knows. */
export function mayBeAmbiguous({ stage, victim, dismissed }: JobRoundFacts): boolean {
  if (victim !== 'worker') return false;
  switch (stage) {
    case 'submitting':
      return true;
    case 'before-submit':
      // The statement of the dead process is made, and the job is not handed in: nobody can know that.
      return !dismissed;
    case 'before-reference':
      return dismissed;
    default:
      return false;
  }
}

function judgeBucket({ bucket }: JobRoundFacts): readonly Violation[] {
  const known = new Set(bucket.known);
  const orphans = bucket.names.filter((name) => !known.has(name));
  const there = new Set(bucket.names);
  const lost = bucket.known.filter((name) => !there.has(name));
  return [
    ...orphans.map((name) => ({ about: name, what: 'lies in the bucket, and no row knows of it' })),
    ...lost.map((name) => ({ about: name, what: 'is in the books, and not in the bucket' })),
    ...(bucket.uploads === 0 ? [] : [{ about: 'bucket', what: `${bucket.uploads} uploads that nobody finished` }]),
  ];
}

function judgeCount({ jobs, requests }: JobRoundFacts): readonly Violation[] {
  if (requests === jobs.length) return [];
  return [{ about: 'all', what: `${requests} requests in the books for ${jobs.length} jobs` }];
}
