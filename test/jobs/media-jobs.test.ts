import { describe, expect, it } from 'vitest';
import { useWorld } from '../gateway/world.js';
import { until } from '../chaos/until.js';

// Every endpoint besides conversations, its forms too, as a job whose result is its answer.

const world = useWorld();
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const authorization = (): { readonly authorization: string } => ({
  authorization: `Bearer ${world.gateway.apiKey}`,
});
const from = (path: string): Promise<Response> => fetch(`${world.gateway.origin}${path}`, { headers: authorization() });

/** Asks for a job, waits for its end, and gives its kind and its result. */
async function asJob(
  path: string,
  body: object | FormData,
): Promise<{ readonly kind: string; readonly result: Response }> {
  const isForm = body instanceof FormData;
  const accepted = await fetch(`${world.gateway.origin}${path}`, {
    method: 'POST',
    headers: {
      ...{ ...authorization(), prefer: 'respond-async' },
      ...(!isForm && { 'content-type': 'application/json' }),
    },
    body: isForm ? body : JSON.stringify(body),
  });
  const job = (await accepted.json()) as { readonly id: string; readonly kind: string };
  expect([accepted.status, accepted.headers.get('location')], JSON.stringify(job)).toEqual([202, `/v1/jobs/${job.id}`]);
  await until('the end of the job', async () => {
    const { status } = (await (await from(`/v1/jobs/${job.id}`)).json()) as { readonly status: string };
    return status === 'succeeded' || { pending: status };
  });
  return { kind: job.kind, result: await from(`/v1/jobs/${job.id}/result`) };
}

function formOf(fields: Readonly<Record<string, string>>, name: string, file: Buffer, filename: string): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append(name, new Blob([new Uint8Array(file)]), filename);
  return form;
}

const picture = (fields: Readonly<Record<string, string>>): FormData =>
  formOf({ model: 'sandbox/image', ...fields }, 'image', PNG, 'a.png');

describe('any other POST', () => {
  it.each([
    ['/v1/embeddings', 'embedding', { model: 'sandbox/embedding', input: 'Hello' }, { object: 'list' }],
    [
      '/v1/rerank',
      'rerank',
      { model: 'sandbox/rerank', query: 'sea', documents: ['a sea', 'a hill'] },
      { results: [{}, {}] },
    ],
    ['/v1/moderations', 'moderation', { model: 'sandbox/moderation', input: 'Hello' }, { results: [{}] }],
    ['/v1/images/generations', 'image', { model: 'sandbox/image', prompt: 'a sea' }, { data: [{}] }],
    ['/v1/images/edits', 'image', picture({ prompt: 'a sea' }), { data: [{}] }],
    ['/v1/images/variations', 'image', picture({}), { data: [{}] }],
  ] as const)('%s runs as a job whose result is its answer', async (path, kind, body, answer) => {
    const done = await asJob(path, body);
    expect([done.kind, done.result.status]).toEqual([kind, 200]);
    expect(await done.result.json()).toMatchObject(answer);
  });

  it('that speaks has the sound as its result, and what it says is heard by jobs in turn', async () => {
    const { kind, result } = await asJob('/v1/audio/speech', {
      model: 'sandbox/speech',
      input: 'Hello.',
      voice: 'any',
    });
    expect([kind, result.headers.get('content-type')]).toEqual(['speech', 'audio/wav']);
    const sound = Buffer.from(await result.arrayBuffer());
    expect(sound.subarray(0, 4).toString()).toBe('RIFF');
    for (const path of ['/v1/audio/transcriptions', '/v1/audio/translations']) {
      const heard = await asJob(path, formOf({ model: 'sandbox/transcription' }, 'file', sound, 'a.wav'));
      expect(heard.kind).toBe('transcription');
      expect(await heard.result.json()).toMatchObject({ text: 'Hello.' });
    }
  });
});
