import type { BatchActivities, BatchProblem } from '../../workflows/contracts/batches.js';
import type { StoredObject } from '../../workflows/contracts/objects.js';
import { BATCH_WRITING_MS, describeLineProblem, readBatchLine } from '../../workflows/domain/batch-lines.js';
import { keyedDigest } from '../storage/keyed-digest.js';
import type { BatchRow } from './batch-rows.js';
import { lookAt } from './batch-rows.js';
import { type BatchDependencies, StepStoppedError } from './dependencies.js';
import { endBatch } from './end-batch.js';
import { deleteLines, insertLines, type LineEntry } from './line-rows.js';
import { createLineSplitter, type RawLine } from './line-splitter.js';
import { withoutMark } from './read-lines.js';

const PAGE = 500;
/** As many as are told of; who has more has made the same mistake in each line. */
const PROBLEMS_MAX = 100;

/** The input as a whole cannot be run. */
class InputRefusedError extends Error {
  override readonly name = 'InputRefusedError';
  constructor(readonly problems: readonly BatchProblem[]) {
    super('the input of a batch was refused');
  }
}

/** Fails for UTF-8 that is none, which JSON may not be made of. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a batch's input once: makes the copy that it will be run from, and a row for each line. Run again, it begins again.
 */
export function createValidateBatch(deps: BatchDependencies): BatchActivities['validateBatch'] {
  const { database, objects } = deps;
  return async ({ batchId }) => {
    const batch = await lookAt(database, batchId);
    if (!batch || batch.ended_at) return { status: 'over' };
    if (batch.work_id !== null) return { status: 'ready' };
    try {
      const input = await objects.find(batch.project_id, batch.input_id);
      if (!input) throw new InputRefusedError([{ code: 'file_not_found', message: 'The input file is gone.' }]);
      await deleteLines(database, batchId);
      const work = await index(deps, batch, input);
      await begin(deps, batchId, work.id);
      return { status: 'ready' };
    } catch (error) {
      if (!(error instanceof InputRefusedError)) throw error;
      await endBatch(deps, batch, { status: 'failed', problems: error.problems });
      return { status: 'over' };
    }
  };
}

/** What came in a request's body is the batch's own already; a file is its caller's, who may delete it meanwhile. */
async function index(deps: BatchDependencies, batch: BatchRow, input: StoredObject): Promise<StoredObject> {
  const { objects } = deps;
  const pieces = await objects.read(input);
  if (!pieces) throw new InputRefusedError([{ code: 'file_not_found', message: 'The input file is gone.' }]);
  const indexed = indexing(deps, batch, pieces);
  if (input.kind !== 'file') {
    for await (const _ of indexed);
    return input;
  }
  const { organization_id: organizationId, project_id: projectId, id: uploadId } = batch;
  const expiresAt = new Date(batch.expires_at.getTime() + BATCH_WRITING_MS).toISOString();
  const copy = { organizationId, projectId, uploadId, kind: 'part', maxBytes: input.bytes, expiresAt } as const;
  return objects.put(copy, indexed);
}

async function begin({ database }: BatchDependencies, batchId: string, workId: string): Promise<void> {
  await database.query({
    name: 'batch-begin',
    text: `UPDATE jobs.batches b
           SET work_id = $2, in_progress_at = now(), version = version + 1, total = n.total, failed = n.broken,
               status = CASE WHEN status = 'validating' THEN 'in_progress' ELSE status END
           FROM (SELECT count(*) AS total, count(*) FILTER (WHERE state = 'broken') AS broken
                 FROM jobs.batch_lines WHERE batch_id = $1) n
           WHERE b.id = $1 AND b.ended_at IS NULL AND b.work_id IS NULL`,
    values: [batchId, workId],
  });
}

/** Lets the bytes through, and stores a row for each line that they hold; throws at the end where the whole cannot be run. */
async function* indexing(
  deps: BatchDependencies,
  batch: BatchRow,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const splitter = createLineSplitter(deps.settings.maxLineBytes);
  const reader = createLineReader(deps, batch);
  for await (const piece of pieces) {
    if (deps.isStopping()) throw new StepStoppedError('the process ends before an input was read');
    await reader.take(splitter.push(piece));
    yield piece;
  }
  await reader.take(splitter.end());
  await reader.end();
}

function createLineReader({ database, hmacKey, settings }: BatchDependencies, { id, endpoint, dialect }: BatchRow) {
  const problems: BatchProblem[] = [];
  const broken: BatchProblem[] = [];
  let page: LineEntry[] = [];
  let total = 0;
  let requests = 0;
  const hmacOf = (customId: string): Buffer => keyedDigest(hmacKey, 'custom-id', id, customId);
  const store = async (): Promise<void> => {
    const repeated = await insertLines(database, id, page);
    problems.push(...repeated.slice(0, PROBLEMS_MAX).map(duplicateOf));
    page = [];
  };
  const read = (line: RawLine): void => {
    const entry = toEntry(line, endpoint, hmacOf);
    if (entry === undefined) return;
    total += 1;
    if (total > settings.maxLines) throw new InputRefusedError([tooMany(settings.maxLines)]);
    if ('mistake' in entry) {
      if (problems.length < PROBLEMS_MAX) problems.push(entry.mistake);
      return;
    }
    if (entry.problem === undefined) requests += 1;
    else if (broken.length < PROBLEMS_MAX) broken.push(toProblem(entry.problem, entry.number));
    page.push(entry);
  };
  return {
    take: async (lines: readonly RawLine[]): Promise<void> => {
      for (const line of lines) {
        read(line);
        if (page.length === PAGE) await store();
      }
    },
    end: async (): Promise<void> => {
      await store();
      if (problems.length > 0) throw new InputRefusedError(problems.slice(0, PROBLEMS_MAX));
      if (total === 0) {
        throw new InputRefusedError([{ code: 'empty_file', message: 'The input file has no line with a request.' }]);
      }
      // Of a file of another kind each line is broken; that is told of the batch, and not of each line. A body that was read is
      // of the right kind, and has a result for each request.
      if (requests === 0 && dialect === 'openai') throw new InputRefusedError(broken);
    },
  };
}

/** `undefined` for a blank line. */
function toEntry(
  { number, firstByte, bytes, content }: RawLine,
  endpoint: string,
  hmacOf: (customId: string) => Buffer,
): LineEntry | { readonly mistake: BatchProblem } | undefined {
  const place = { number, firstByte, bytes };
  if (content === undefined) return { ...place, problem: 'line_too_long' };
  const text = decode(content);
  if (text === undefined) return { ...place, problem: 'invalid_json_line' };
  if (text.trim() === '') return undefined;
  const line = readBatchLine(text, number, endpoint);
  if (line.status === 'mistaken') return { mistake: line.problem };
  if (line.status === 'request') return { ...place, customHmac: hmacOf(line.customId) };
  const { customId, problem } = line;
  return { ...place, problem, ...(customId !== undefined && { customHmac: hmacOf(customId) }) };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return withoutMark(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

function toProblem(problem: string, line: number): BatchProblem {
  return { code: problem, message: describeLineProblem(problem, line), line };
}

function duplicateOf(line: number): BatchProblem {
  const message = `Line ${line} has the 'custom_id' of an earlier line. Give each line one of its own.`;
  return { code: 'duplicate_custom_id', message, line, param: 'custom_id' };
}

function tooMany(maxLines: number): BatchProblem {
  const message = `The input has more than ${maxLines} requests. Make several batches of it.`;
  return { code: 'too_many_requests', message };
}
