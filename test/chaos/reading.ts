import type { JsonObject } from '../../workflows/contracts/json.js';
import type { CallSpec, Seen } from './caller.js';
import { readResponse, type ResponseEvent, readResponseEvents, type ResponseReading } from './reading-responses.js';

/** What a caller can conclude from what came back. */
export interface Reading {
  /**
   * `whole`: an answer with its end; `partial`: some of one, ended by a typed error; `error`: an error and nothing else;
   * `lost`: the connection ended; `false-end`: the response ended well, but neither with an answer nor with an error.
   */
  readonly kind: 'whole' | 'partial' | 'error' | 'lost' | 'false-end';
  readonly text: string;
  readonly costUsd?: string;
}

interface Chunk extends ResponseEvent {
  readonly choices?: readonly {
    readonly message?: { readonly content?: string | null };
    readonly delta?: { readonly content?: string | null };
  }[];
  readonly usage?: { readonly cost?: number } | null;
  readonly error?: JsonObject;
}

export function readSeen(seen: Seen, { stream, path }: Pick<CallSpec, 'stream' | 'path'>): Reading {
  if (seen.end === 'unreachable' || seen.status === undefined) return { kind: 'lost', text: '' };
  const isResponse = path === '/v1/responses';
  return stream && seen.status === 200 ? readStream(seen, isResponse) : readPlain(seen, isResponse);
}

function readPlain({ body, end, status }: Seen, isResponse: boolean): Reading {
  if (end === 'cut') return { kind: 'lost', text: '' };
  const answer = parse(body);
  if (status !== 200) return { kind: answer?.error === undefined ? 'false-end' : 'error', text: '' };
  if (isResponse) {
    const { done, ...read } = readResponse((answer ?? {}) as JsonObject);
    return done ? { kind: 'whole', ...read } : { kind: 'false-end', text: '' };
  }
  const text = answer?.choices?.[0]?.message?.content;
  return typeof text === 'string' ? { kind: 'whole', text, ...costOf([answer]) } : { kind: 'false-end', text: '' };
}

function readStream({ body, end }: Seen, isResponse: boolean): Reading {
  const lines = body.split('\n').filter((line) => line.startsWith('data: '));
  const chunks = lines.flatMap((line) => parse(line.slice('data: '.length)) ?? []);
  const read = isResponse ? readResponseEvents(chunks) : readChunks(chunks, lines);
  const { text, failed, done, costUsd } = read;
  // An error and the end marker in one stream would tell two stories.
  if (failed && done) return { kind: 'false-end', text };
  if (done) return { kind: 'whole', text, ...(costUsd !== undefined && { costUsd }) };
  if (failed) return { kind: text === '' ? 'error' : 'partial', text };
  return { kind: end === 'cut' ? 'lost' : 'false-end', text };
}

function readChunks(chunks: readonly Chunk[], lines: readonly string[]): ResponseReading {
  return {
    text: chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join(''),
    failed: chunks.some(({ error }) => error !== undefined),
    done: lines.includes('data: [DONE]'),
    ...costOf(chunks),
  };
}

function costOf(chunks: readonly (Chunk | undefined)[]): Pick<Reading, 'costUsd'> {
  const cost = chunks.findLast((chunk) => chunk?.usage?.cost !== undefined)?.usage?.cost;
  return cost === undefined ? {} : { costUsd: String(cost) };
}

function parse(text: string): Chunk | undefined {
  try {
    return JSON.parse(text) as Chunk;
  } catch {
    return undefined;
  }
}
