import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { BatchEnd, SubmitTrouble, TakenLine } from './batch-vendor.js';
import { listen } from './listen.js';

export interface DeskBatch {
  readonly id: string;
  /** What the vendor was asked for besides the lines. */
  readonly asked: JsonObject;
  readonly lines: readonly TakenLine[];
  status: NonNullable<BatchEnd['status']> | 'in_progress' | 'cancelling';
  /** The names of the files of answers. */
  results: readonly string[];
}

export interface DeskAsked {
  readonly method: string;
  /** Without the origin, with the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the vendors of batches have in common, whatever they call it: each has its own form besides. */
export interface BatchDesk {
  readonly origin: string;
  readonly batches: readonly DeskBatch[];
  /** Requests that came by themselves. */
  readonly singles: JsonObject[];
  readonly files: Map<string, string>;
  readonly cancels: string[];
  /** Ids of batches that were deleted. */
  readonly deleted: string[];
  /** How a line is answered: the text, or the vendor's code of a refusal. */
  script: (line: TakenLine) => string | number;
  /** A cancellation comes a moment after the batch's end from now on, and is refused. */
  cancelsTooLate: boolean;
  /** Batches do not end at the first question from now on. */
  hold(): void;
  trouble(...next: readonly SubmitTrouble[]): void;
  end(batch: DeskBatch, end?: BatchEnd): void;
  reset(): void;
  close(): Promise<void>;
  // For the vendors' forms.
  nextId(prefix: string): string;
  /** Takes a batch on, and answers, but for what the next hand-in is to meet. */
  take(batch: Omit<DeskBatch, 'status' | 'results'>, response: ServerResponse, shown: (batch: DeskBatch) => Json): void;
  /** Somebody asks how it stands. */
  look(batch: DeskBatch): void;
  /** True where it was stopped. */
  stop(batch: DeskBatch): boolean;
}

export interface DeskForm {
  /** Answers one request; false where the vendor has no such. */
  answer(asked: DeskAsked, response: ServerResponse): boolean;
  /** Writes the answers of a batch that has ended into files, whose names it gives. */
  write(batch: DeskBatch, done: readonly TakenLine[], missing: readonly TakenLine[]): readonly string[];
}

export async function startDesk(formOf: (desk: BatchDesk) => DeskForm): Promise<BatchDesk> {
  let batches: DeskBatch[] = [];
  let troubles: SubmitTrouble[] = [];
  let [held, count] = [false, 0];
  const usual: BatchDesk['script'] = ({ customId }) => `batched: ${customId}`;
  const { origin, close } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const desk: BatchDesk = {
    origin,
    get batches() {
      return batches;
    },
    ...{ singles: [], files: new Map(), cancels: [], deleted: [], script: usual, cancelsTooLate: false },
    hold: () => {
      held = true;
    },
    trouble: (...next) => {
      troubles = [...next];
    },
    end: (batch, { status = 'completed', answered = batch.lines.length } = {}) => {
      batch.status = status;
      // In no order that anybody has asked for.
      const done = batch.lines.slice(0, answered).toReversed();
      if (status !== 'failed') batch.results = form.write(batch, done, batch.lines.slice(answered));
    },
    reset: () => {
      [batches, troubles, held] = [[], [], false];
      for (const list of [desk.singles, desk.cancels, desk.deleted]) list.length = 0;
      desk.files.clear();
      Object.assign(desk, { script: usual, cancelsTooLate: false });
    },
    close,
    nextId: (prefix) => `${prefix}${++count}`,
    take: (taken, response, shown) => {
      const trouble = troubles.shift();
      if (trouble === 'lost') return void response.destroy();
      const batch: DeskBatch = { ...taken, status: 'in_progress', results: [] };
      batches.push(batch);
      if (trouble === 'cut') return void response.destroy();
      if (trouble !== 'stand') send(response, 200, shown(batch));
    },
    look: (batch) => {
      if (batch.status === 'in_progress' && !held) desk.end(batch);
    },
    stop: (batch) => {
      desk.cancels.push(batch.id);
      if (desk.cancelsTooLate) desk.end(batch);
      else batch.status = 'cancelling';
      return !desk.cancelsTooLate;
    },
  };
  const form = formOf(desk);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString();
    const { method = '', url: path = '', headers } = request;
    if (form.answer({ method, path, headers, body }, response)) return;
    send(response, 404, { error: { message: `There is no ${method} ${path}.` } });
  }
  return desk;
}

export function send(response: ServerResponse, status: number, body: Json, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function sendFile(response: ServerResponse, text: string | undefined): void {
  if (text === undefined) send(response, 404, { error: { message: 'No such file.' } });
  else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(text);
}

export function jsonLines(lines: readonly Json[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function readLines(text: string): readonly unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
