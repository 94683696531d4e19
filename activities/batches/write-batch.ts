import type { BatchActivities, BatchLineEnd, BatchLines } from '../../workflows/contracts/batches.js';
import type { NewObject, StoredObject } from '../../workflows/contracts/objects.js';
import { customIdOf } from '../../workflows/domain/batch-lines.js';
import { findWork } from './advance-batch.js';
import { type BatchRow, lookAt, toBatch } from './batch-rows.js';
import { type BatchDependencies, StepStoppedError } from './dependencies.js';
import { destroyInput, endBatch } from './end-batch.js';
import { type LineRow, type LineState, openRefusalSeal, readLinePage, type RefusalSeal } from './line-rows.js';
import { type LineText, readLineTexts } from './read-lines.js';

const PAGE = 200;
/** Results that are read at the same time. */
const SIDE_BY_SIDE = 8;

const SUCCEEDED: readonly LineState[] = ['succeeded'];
const OTHERS: readonly LineState[] = ['failed', 'refused', 'broken', 'canceled', 'expired'];

/** One object of results: which lines are in it, and as what it is kept. */
interface Output {
  readonly states: readonly LineState[];
  /** Under which a step that runs again finds what it has stored. */
  readonly position: number;
  readonly object: Pick<NewObject, 'kind' | 'purpose' | 'filename'>;
}

interface Writing {
  readonly deps: BatchDependencies;
  readonly batch: BatchRow;
  readonly work: StoredObject;
  readonly seal: RefusalSeal;
  readonly lines: BatchLines;
}

/**
 * Streams the results of a batch, in the order of its lines, into one object for what has succeeded and one for what has not
 * (Anthropic's batches: into one for all), and ends the batch. Nothing of this is held but a few lines.
 */
export function createWriteBatch(deps: BatchDependencies): BatchActivities['writeBatch'] {
  return async ({ batchId }) => {
    const batch = await lookAt(deps.database, batchId);
    if (!batch) return { status: 'failed' };
    if (batch.ended_at) {
      // The writer that ended it may have died before this.
      await destroyInput(deps, batch);
      return { status: batch.status };
    }
    const lines = deps.lines();
    if (!lines) throw new Error('the API of this process is not up yet');
    const work = await findWork(deps, batch);
    const writing = { deps, batch, work, lines, seal: await openRefusalSeal(deps.epochKeys, batch) };
    const ids: (string | undefined)[] = [];
    for (const output of outputsOf(batch)) ids.push(await write(writing, output));
    const [outputId, errorId] = ids;
    const status = endOf(batch);
    await endBatch(deps, batch, { status, outputId, errorId });
    return { status };
  };
}

function endOf({ cancelling_at: cancelled, expired }: BatchRow): 'completed' | 'cancelled' | 'expired' {
  if (cancelled) return 'cancelled';
  return expired > 0 ? 'expired' : 'completed';
}

function outputsOf({ id, dialect }: BatchRow): readonly Output[] {
  if (dialect === 'anthropic') {
    return [
      { states: [...SUCCEEDED, ...OTHERS], position: 0, object: { kind: 'output', filename: `${id}_results.jsonl` } },
    ];
  }
  const file = (name: string) => ({ kind: 'file', purpose: 'batch_output', filename: `${id}_${name}.jsonl` }) as const;
  return [
    { states: SUCCEEDED, position: 0, object: file('output') },
    { states: OTHERS, position: 1, object: file('error') },
  ];
}

/** The object's id; `undefined` where there is nothing to write. */
async function write(writing: Writing, { states, position, object }: Output): Promise<string | undefined> {
  const { deps, batch } = writing;
  const first = await readLinePage(deps.database, batch.id, states, { after: 0, limit: 1 });
  if (first.length === 0) return undefined;
  const stored = await deps.objects.put(
    {
      ...object,
      ...{ organizationId: batch.organization_id, projectId: batch.project_id, requestId: batch.id, position },
      // Not `application/jsonl`, which clients that look for `application/json` would read as one object.
      mediaType: 'application/x-jsonl',
      maxBytes: Number.MAX_SAFE_INTEGER,
      expiresAt: new Date(deps.clock() + Number(batch.output_seconds) * 1_000).toISOString(),
    },
    linesOf(writing, states),
  );
  return stored.id;
}

async function* linesOf(writing: Writing, states: readonly LineState[]): AsyncGenerator<Uint8Array> {
  const { deps, batch, work } = writing;
  let page: readonly LineRow[] = [];
  do {
    const after = page.at(-1)?.number ?? 0;
    page = await readLinePage(deps.database, batch.id, states, { after, limit: PAGE });
    for await (const texts of readLineTexts(deps.objects, work, page)) {
      for (let from = 0; from < texts.length; from += SIDE_BY_SIDE) {
        if (deps.isStopping()) throw new StepStoppedError('the process ends before the results were written');
        const group = texts.slice(from, from + SIDE_BY_SIDE);
        const rendered = await Promise.all(group.map((text) => renderOne(writing, text)));
        yield Buffer.from(`${rendered.join('\n')}\n`);
      }
    }
  } while (page.length === PAGE);
}

function renderOne({ lines, batch, seal }: Writing, { row, text }: LineText): Promise<string> {
  const customId = text === undefined ? undefined : customIdOf(text);
  return lines.render({
    batch: toBatch(batch),
    number: row.number,
    ...(customId !== undefined && { customId }),
    end: endOfLine(row, seal),
  });
}

function endOfLine({ state, request_id: requestId, problem, refusal }: LineRow, seal: RefusalSeal): BatchLineEnd {
  if (state === 'canceled' || state === 'expired') return { state };
  if (state === 'broken') return { state, problem: problem ?? '' };
  if (state === 'refused' && refusal) return { state, refusal: seal.open(refusal) };
  if ((state === 'succeeded' || state === 'failed') && requestId !== null) return { state, requestId };
  throw new Error('a line has no end when its batch has');
}
