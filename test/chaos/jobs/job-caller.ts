import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'node:http';
import type { Gateway } from '../caller.js';

/** How long a caller asks again with the same key for what is down. */
const patienceMs = 120_000;
const againAfterMs = 500;

/** Asks for a video, once; gives the job's id, or nothing where the gateway was not there or could not say. Never rejects. */
export async function askForVideo(gateway: Gateway, tag: string): Promise<string | undefined> {
  const body = { model: 'xai/grok-imagine-video', prompt: tag, seconds: 4, resolution: '720p' };
  const seen = await exchange(gateway, '/v1/videos', { body, key: `key-${tag}` }).catch(() => undefined);
  if (seen?.status !== 200) return undefined;
  return (JSON.parse(seen.body.toString()) as { readonly id: string }).id;
}

/** The same key and body, until the answer comes. */
export async function insistOnVideo(gateway: Gateway, tag: string): Promise<string> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(againAfterMs)) {
    const id = await askForVideo(gateway, tag);
    if (id !== undefined) return id;
    if (Date.now() > deadline) throw new Error(`${tag} was not accepted within ${patienceMs / 1_000} s.`);
  }
}

/** How the job stands for its caller, and what it is given where there is something. */
export async function lookAtVideo(
  gateway: Gateway,
  id: string,
): Promise<{ readonly status: string; readonly code?: string; readonly sha256?: string }> {
  const shown = await exchange(gateway, `/v1/videos/${id}`);
  const { status, error } = JSON.parse(shown.body.toString()) as {
    readonly status: string;
    readonly error: { readonly code: string } | null;
  };
  if (status !== 'completed') return { status, ...(error && { code: error.code }) };
  const content = await exchange(gateway, `/v1/videos/${id}/content`);
  if (content.status !== 200) return { status, code: `content ${content.status}` };
  return { status, sha256: createHash('sha256').update(content.body).digest('hex') };
}

interface Exchange {
  readonly status: number;
  readonly body: Buffer;
}

function exchange(
  { baseUrl, apiKey }: Gateway,
  path: string,
  post?: { readonly body: object; readonly key: string },
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(post && { 'content-type': 'application/json', 'idempotency-key': post.key }),
    };
    // A connection of its own: one that is left over from a killed gateway would only fail by itself.
    const options = { method: post ? 'POST' : 'GET', agent: false, headers };
    const outgoing = request(`${baseUrl}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      response.once('error', reject);
      response.once('close', () => reject(new Error('The connection broke.')));
    });
    outgoing.on('error', reject);
    outgoing.end(post && JSON.stringify(post.body));
  });
}
