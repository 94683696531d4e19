import { Pool } from 'undici';
import { answerText, pieces } from './chat-body.js';
import type { Mode } from './options.js';

/** What one caller waited, from before its request was sent. */
export interface Sample {
  readonly totalMs: number;
  /** Streams only: until the first piece of the answer's text. */
  readonly firstTokenMs?: number;
}

export type Exchange = () => Promise<Sample>;

export interface ExchangeOptions {
  readonly origin: string;
  readonly path: string;
  readonly body: string;
  readonly mode: Mode;
  readonly apiKey?: string;
}

/** The text is looked for as it is written, without parsing: what the client spends is taken from what it measures. */
const firstPiece = `"content":${JSON.stringify(pieces[0])}`;
const streamEnd = 'data: [DONE]\n\n';
const moreThanEnough = 512;

/** A caller with connections of its own, kept open. Throws where an answer is not whole: nothing broken is counted. */
export function createExchange({ origin, path, body, mode, apiKey }: ExchangeOptions): {
  readonly exchange: Exchange;
  close(): Promise<void>;
} {
  const pool = new Pool(origin, { connections: moreThanEnough, pipelining: 1, keepAliveTimeout: 600_000 });
  const headers = {
    'content-type': 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
  const read = mode === 'plain' ? readPlain : readStream;
  const exchange = async (): Promise<Sample> => {
    const startedAt = performance.now();
    const response = await pool.request({ method: 'POST', path, headers, body });
    if (response.statusCode !== 200) {
      throw new Error(`${origin}${path} answered ${response.statusCode}: ${await response.body.text()}`);
    }
    return read(response.body, startedAt);
  };
  return { exchange, close: () => pool.destroy() };
}

type Body = Awaited<ReturnType<Pool['request']>>['body'];

async function readPlain(body: Body, startedAt: number): Promise<Sample> {
  const text = await body.text();
  const totalMs = performance.now() - startedAt;
  if (!text.includes(answerText)) throw new Error(`A plain answer is not whole: ${text}`);
  return { totalMs };
}

async function readStream(body: Body, startedAt: number): Promise<Sample> {
  let text = '';
  let firstTokenMs: number | undefined;
  for await (const bytes of body) {
    text += (bytes as Buffer).toString('latin1');
    if (firstTokenMs === undefined && text.includes(firstPiece)) firstTokenMs = performance.now() - startedAt;
  }
  const totalMs = performance.now() - startedAt;
  if (firstTokenMs === undefined || !text.endsWith(streamEnd)) throw new Error(`A stream is not whole: ${text}`);
  return { totalMs, firstTokenMs };
}
