import { createHash } from 'node:crypto';
import type { Stack } from '../../infra/local/stack.js';
import { until } from '../chaos/until.js';
import type { VideoVendor } from '../fake-vendor/video-vendor.js';
import { sampleMemory } from './memory-samples.js';

/** One video that is far larger than memory should be, on its way from the vendor into the store and out of it again. */
export interface VideoOutputReport {
  readonly bytes: number;
  readonly isSame: boolean;
  /** MiB of the gateway: before, and the most while it stored and while it gave. */
  readonly idleMib: number;
  readonly storingMib: number;
  readonly givingMib: number;
  readonly storingSeconds: number;
  readonly givingSeconds: number;
}

export async function runVideoOutput(stack: Stack, vendor: VideoVendor, bytes: number): Promise<VideoOutputReport> {
  const authorization = `Bearer ${stack.apiKey}`;
  const ask = (path: string): Promise<Response> => fetch(`${stack.baseUrl}/v1${path}`, { headers: { authorization } });
  await warmUp(stack);
  const memory = sampleMemory(stack, 250);
  const startedAt = performance.now();
  try {
    const id = await submit(stack);
    await until(
      'the video to be stored',
      async () => {
        const { status } = (await (await ask(`/videos/${id}`)).json()) as { readonly status: string };
        if (status === 'failed') throw new Error('The video failed.');
        return status === 'completed' ? true : { pending: status };
      },
      3_600_000,
    );
    const storedMs = performance.now() - startedAt;
    const { body } = await ask(`/videos/${id}/content`);
    const hash = createHash('sha256');
    let got = 0;
    for await (const piece of body ?? []) {
      hash.update(piece);
      got += piece.length;
    }
    const givenMs = performance.now() - startedAt;
    memory.end();
    const made = vendor.jobs.at(-1);
    const storing = memory.samples.filter(({ atMs }) => atMs <= storedMs).map(({ mib }) => mib.gateway);
    return {
      bytes,
      isSame: got === bytes && made !== undefined && vendor.sha256(made.id) === hash.digest('hex'),
      idleMib: memory.samples[0]?.mib.gateway ?? NaN,
      storingMib: Math.max(...storing),
      givingMib: memory.most(storedMs).gateway,
      storingSeconds: storedMs / 1_000,
      givingSeconds: (givenMs - storedMs) / 1_000,
    };
  } finally {
    memory.end();
  }
}

/** Some requests first: what a process takes for its code and its caches is no matter of the video's size. */
async function warmUp({ baseUrl, apiKey }: Stack): Promise<void> {
  const body = JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hello' }] });
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  for (let count = 0; count < 20; count += 1) {
    await (await fetch(`${baseUrl}/v1/chat/completions`, { method: 'POST', headers, body })).text();
  }
}

async function submit({ baseUrl, apiKey }: Stack): Promise<string> {
  const response = await fetch(`${baseUrl}/v1/videos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'xai/grok-imagine-video', prompt: 'a long sea', seconds: 4, resolution: '720p' }),
  });
  if (!response.ok) throw new Error(`The video was refused: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { readonly id: string }).id;
}
