import { describe, expect, it } from 'vitest';
import { anthropicModel, openaiModel, useWorld } from '../gateway/world.js';

// A file of the project, named by its id in a request of any dialect, comes to the vendor with its bytes.

const world = useWorld({ env: { SLUICE_MAX_BODY_BYTES: '40000' } });
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function upload(bytes: Buffer, name: string, type = ''): Promise<string> {
  const body = new FormData();
  body.append('purpose', 'user_data');
  body.append('file', new File([bytes], name, { type }));
  const headers = { authorization: `Bearer ${world.gateway.apiKey}` };
  const response = await fetch(`${world.gateway.baseUrl}/files`, { method: 'POST', body, headers });
  return ((await response.json()) as { id: string }).id;
}

/** The last request that the vendor got, as text. */
async function sent(): Promise<string> {
  const requests = await world.vendor.log();
  return JSON.stringify(requests.at(-1)?.body);
}

const chat = (model: string, id: string) => ({
  ...{ model, max_tokens: 20 },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Read' },
        { type: 'file', file: { file_id: id } },
      ],
    },
  ],
});
const responses = (model: string, part: object) => ({
  ...{ model, max_output_tokens: 20 },
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'Read' }, part] }],
});
const messages = (model: string, type: string, id: string) => ({
  ...{ model, max_tokens: 20 },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Read' },
        { type, source: { type: 'file', file_id: id } },
      ],
    },
  ],
});

describe.each([openaiModel, anthropicModel])('a file named to %s', (model) => {
  it('comes along by the chat dialect', async () => {
    const id = await upload(Buffer.from('%PDF-1.4 a pdf'), 'a.pdf', 'application/pdf');
    expect((await world.ask(chat(model, id))).status).toBe(200);
    expect(await sent()).toContain(Buffer.from('%PDF-1.4 a pdf').toString('base64'));
    expect(await sent()).not.toContain(id);
  });

  it('comes along by the responses dialect', async () => {
    const id = await upload(png, 'a.png', 'image/png');
    const answer = await world.post('/v1/responses', responses(model, { type: 'input_image', file_id: id }));
    expect(answer.status).toBe(200);
    expect(await sent()).toContain(png.toString('base64'));
    expect(await sent()).not.toContain(id);
  });

  it('comes along by the messages dialect', async () => {
    const [image, text] = [await upload(png, 'a.png'), await upload(Buffer.from('just words'), 'a.txt', 'text/plain')];
    expect((await world.post('/v1/messages', messages(model, 'image', image))).status).toBe(200);
    expect(await sent()).toContain(png.toString('base64'));
    expect((await world.post('/v1/messages', messages(model, 'document', text))).status).toBe(200);
    const words = await sent();
    expect(words.includes('just words') || words.includes(Buffer.from('just words').toString('base64'))).toBe(true);
  });
});

describe('a file that cannot come along', () => {
  it('is told with its place, in the dialect', async () => {
    const gone = `file-${'0'.repeat(24)}`;
    const asked = await world.ask(chat(openaiModel, gone));
    expect(asked).toMatchObject({
      status: 404,
      body: { error: { code: 'file_not_found', param: 'messages[0].content[1].file.file_id' } },
    });
    const answer = await world.post('/v1/messages', messages(openaiModel, 'image', gone));
    expect(answer).toMatchObject({ status: 404, body: { type: 'error', error: { type: 'not_found_error' } } });
  });

  it('is of another project', async () => {
    const other = await world.createProject();
    const id = await upload(png, 'a.png');
    expect((await world.ask(chat(openaiModel, id), { apiKey: other.apiKey })).status).toBe(404);
  });

  it('is larger than a body may be, alone or by being named so often', async () => {
    const id = await upload(Buffer.alloc(20_000, 97), 'a.txt', 'text/plain');
    expect((await world.ask(chat(openaiModel, id))).status).toBe(200);
    const [message] = chat(openaiModel, id).messages;
    const twice = { ...chat(openaiModel, id), messages: [message, message] };
    expect(await world.ask(twice)).toMatchObject({ status: 413, body: { error: { code: 'body_too_large' } } });
  });

  it('is one of the vendor, whose ids go to it as they are', async () => {
    const id = 'file-U6Ke78qu8nkANsrCrjoYBr';
    expect((await world.ask(chat(openaiModel, id))).status).toBe(200);
    expect(await sent()).toContain(id);
  });
});
