import { describe, expect, it } from 'vitest';
import type { JobFacts, JobRoundFacts, JobRow } from './job-facts.js';
import { renderJobTable, newJobTally, withJobTable } from './job-report.js';
import { judgeJobRound, videoPriceNanoUsd } from './judge-jobs.js';

// The judge of killed jobs, told of what must not be: a judge that finds nothing would make every round green.

const row: JobRow = {
  ...{ id: 'req_1', state: 'settled', failureClass: null, charged: videoPriceNanoUsd },
  ...{ hold: videoPriceNanoUsd, posted: videoPriceNanoUsd, attempts: [{ status: 'answered', calls: 1 }] },
  ...{ ends: ['job.succeeded'], outbox: ['job.succeeded'], resolutions: 1 },
};
const told = { eventId: 'evt_1', type: 'job.succeeded' };
const made: JobFacts = {
  ...{ tag: 'a', ids: ['req_1', 'req_1'], late: false, row, submissions: 1, madeSha256: 'x' },
  ...{ objects: [{ id: 'obj_1', state: 'ready' }], shown: { status: 'completed', sha256: 'x' }, told: [told] },
};
const unknownRow: JobRow = {
  ...{ ...row, state: 'released', failureClass: 'lease_lapsed', charged: 0n, posted: 0n },
  ...{ attempts: [{ status: 'failed', calls: 1 }], ends: ['job.failed'], outbox: ['job.failed'] },
};
const unknown: JobFacts = {
  ...{ ...made, row: unknownRow, objects: [], shown: { status: 'failed', code: 'outcome_unknown' } },
  told: [{ ...told, type: 'job.failed' }],
};
const bucket = { names: ['org/obj_1'], uploads: 0, known: ['org/obj_1'] };
const round = (job: JobFacts, more: Partial<JobRoundFacts> = {}): JobRoundFacts => ({
  ...{ stage: 'submitting', victim: 'worker', dismissed: true, jobs: [job], bucket, requests: 1 },
  ...more,
});
const found = (facts: JobRoundFacts): readonly string[] => judgeJobRound(facts).map(({ what }) => what);
const withRow = (job: JobFacts, more: Partial<JobRow>): JobFacts => ({ ...job, row: { ...row, ...job.row, ...more } });

describe('a job that was made', () => {
  it('is right with one of everything, and however often the same webhook came', () => {
    expect(found(round(made))).toEqual([]);
    expect(found(round({ ...made, told: [told, told] }))).toEqual([]);
    const draft = { id: 'obj_0', state: 'destroyed' } as const;
    expect(found(round({ ...made, objects: [draft, ...made.objects] }))).toEqual([]);
  });

  it.each<[string, JobFacts]>([
    ['handed in', { ...made, submissions: 2 }],
    ['has 2 outputs', { ...made, objects: [...made.objects, { id: 'obj_2', state: 'ready' }] }],
    ['has 0 outputs', { ...made, objects: [{ id: 'obj_1', state: 'writing' }] }],
    ['told by 2 events', { ...made, told: [told, { ...told, eventId: 'evt_2' }] }],
    ['told by 0 events', { ...made, told: [] }],
    ['told to be job.failed', { ...made, told: [{ ...told, type: 'job.failed' }] }],
    ['other bytes', { ...made, shown: { status: 'completed', sha256: 'y' } }],
    ['shown as in_progress', { ...made, shown: { status: 'in_progress' } }],
    ['2 jobs', { ...made, ids: ['req_1', 'req_2'] }],
    ['settled 2 times', withRow(made, { resolutions: 2 })],
    ['charged 1', withRow(made, { charged: 1n })],
    ['2 ends', withRow(made, { ends: ['job.succeeded', 'job.failed'] })],
    ['2 ends in the outbox', withRow(made, { outbox: ['job.succeeded', 'job.succeeded'] })],
    ['2 attempts', withRow(made, { attempts: [{ status: 'failed', calls: 1 }, ...row.attempts] })],
    ['called again', withRow(made, { attempts: [{ status: 'answered', calls: 2 }] })],
    ['hold', withRow(made, { posted: null })],
  ])('is wrong: %s', (what, job) => expect(found(round(job)).join('\n')).toContain(what));
});

describe('a job of which nobody can say whether the vendor has it', () => {
  it('is one only where the worker was killed between its row and the reference', () => {
    expect(found(round(unknown))).toEqual([]);
    expect(found(round({ ...unknown, submissions: 0 }, { stage: 'before-submit', dismissed: false }))).toEqual([]);
    expect(found(round(unknown, { stage: 'before-reference' }))).toEqual([]);
  });

  it.each<[string, JobRoundFacts]>([
    ['another process was killed', round(unknown, { victim: 'postgres' })],
    ['the other gateway was killed', round(unknown, { victim: 'api' })],
    ['the reference was recorded', round(unknown, { stage: 'before-reference', dismissed: false })],
    ['nothing had been sent', round(unknown, { stage: 'before-submit', dismissed: true })],
    ['it was further', round(unknown, { stage: 'polling' })],
    ['it came later', round({ ...unknown, late: true })],
    ['it was charged', round(withRow(unknown, { charged: 5n }))],
    ['it was handed in twice', round({ ...unknown, submissions: 2 })],
    ['it left an output', round({ ...unknown, objects: made.objects })],
    ['it is shown as something else', round({ ...unknown, shown: { status: 'failed', code: 'vendor_error' } })],
  ])('is wrong where %s', (_, facts) => expect(found(facts)).not.toEqual([]));
});

describe('a round', () => {
  it.each<[string, Partial<JobRoundFacts>]>([
    ['bytes that no row knows of', { bucket: { ...bucket, names: ['org/obj_1', 'org/obj_0'] } }],
    ['a row without its bytes', { bucket: { ...bucket, names: [] } }],
    ['an upload that nobody finished', { bucket: { ...bucket, uploads: 1 } }],
    ['a request that nobody asked for', { requests: 2 }],
  ])('is wrong with %s', (_, more) => expect(found(round(made, more))).toHaveLength(1));

  it('is wrong with a job that was never accepted', () => {
    const { row: _row, ...lost } = made;
    expect(found(round(lost))).toHaveLength(1);
  });
});

it('writes its table in the place of the one before', () => {
  const tally = { ...newJobTally('polling', 's3'), kills: 2, jobs: 8, made: 8, longestMs: 12_400 };
  const table = renderJobTable([tally]);
  expect(table.split('\n')).toEqual([
    '| killed when | S3 |',
    '|---|---|',
    '| the vendor is being asked | 2 kills: 8 of 8 made, 12 s |',
  ]);
  const page = 'a\n<!-- chaos:jobs begin -->\nold\n<!-- chaos:jobs end -->\nb';
  expect(withJobTable(page, table)).toBe(page.replace('old', table));
  expect(() => withJobTable('a', table)).toThrow('chaos:jobs');
});
