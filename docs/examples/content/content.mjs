// A text, a picture of it, a voice that reads it, and a video: the last one as a job whose end is told by a webhook.

import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const { SLUICE_BASE_URL, SLUICE_API_KEY, SLUICE_ADMIN_KEY, OUTPUT_DIR = 'output' } = process.env;
const models = {
  text: process.env.TEXT_MODEL ?? 'sandbox/lorem',
  image: process.env.IMAGE_MODEL ?? 'sandbox/image',
  speech: process.env.SPEECH_MODEL ?? 'sandbox/speech',
  video: process.env.VIDEO_MODEL ?? 'sandbox/video',
};
const subject = process.argv[2] ?? 'a garden in the morning';

async function call(path, { method = 'POST', key = SLUICE_API_KEY, body } = {}) {
  const response = await fetch(`${SLUICE_BASE_URL}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

async function save(name, bytes) {
  await writeFile(join(OUTPUT_DIR, name), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

/** A server for webhooks, registered as an endpoint of the organisation; `next(id)` waits for the end of that job. */
async function listenForEnds() {
  const waiting = new Map();
  const early = new Map();
  let secret;
  const server = createServer(async (request, response) => {
    // As it came: written anew it would not be what was signed.
    const body = await text(request);
    try {
      const event = new Webhook(secret).verify(body, request.headers);
      response.writeHead(204).end();
      const { id } = event.data;
      if (waiting.has(id)) waiting.get(id)(event);
      else early.set(id, event);
    } catch {
      response.writeHead(401).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoints = '/organization/webhook_endpoints';
  const url = `http://127.0.0.1:${server.address().port}/sluice`;
  const event_types = ['job.succeeded', 'job.failed', 'job.canceled', 'job.expired'];
  const created = await call(endpoints, { key: SLUICE_ADMIN_KEY, body: { url, event_types } });
  const endpoint = await created.json();
  ({ secret } = endpoint);
  return {
    next: (id) => (early.has(id) ? Promise.resolve(early.get(id)) : new Promise((resolve) => waiting.set(id, resolve))),
    close: async () => {
      await call(`${endpoints}/${endpoint.id}`, { method: 'DELETE', key: SLUICE_ADMIN_KEY });
      server.close();
    },
  };
}

async function main() {
  await mkdir(OUTPUT_DIR, { recursive: true });
  const ends = await listenForEnds();
  try {
    // The longest work first: it goes on by itself, whatever becomes of this program.
    const video = await (
      await call('/videos', { body: { model: models.video, prompt: subject, seconds: '4' } })
    ).json();
    console.log(`video: ${video.id} is ${video.status}`);

    const messages = [{ role: 'user', content: `Two sentences about ${subject}.` }];
    const said = await (
      await call('/chat/completions', { body: { model: models.text, messages, max_tokens: 60 } })
    ).json();
    const script = said.choices[0].message.content;
    await save('text.txt', Buffer.from(script));

    const picture = { model: models.image, prompt: subject, size: '256x256', response_format: 'b64_json' };
    const { data } = await (await call('/images/generations', { body: picture })).json();
    await save('picture.png', Buffer.from(data[0].b64_json, 'base64'));

    const spoken = await call('/audio/speech', {
      body: { model: models.speech, input: script, voice: 'any', response_format: 'wav' },
    });
    await save('speech.wav', Buffer.from(await spoken.arrayBuffer()));

    const event = await ends.next(video.id);
    console.log(`webhook: ${event.type}, its signature is right`);
    if (event.type !== 'job.succeeded') throw new Error(`The video ended as ${event.type}.`);
    const content = await call(`/videos/${video.id}/content`, { method: 'GET' });
    await save('video.mp4', Buffer.from(await content.arrayBuffer()));
  } finally {
    await ends.close();
  }
}

await main();
