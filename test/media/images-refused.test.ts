import { describe, expect, it } from 'vitest';
import { sandboxPng } from '../../activities/providers/sandbox/media/sandbox-png.js';
import { useWorld } from '../gateway/world.js';

// What is wrong with a request for pictures is told with its field, before anything starts.

const world = useWorld();
const PNG = sandboxPng('any', { width: 64, height: 64 });
const dataUrl = (data: Buffer, type = 'image/png') => `data:${type};base64,${data.toString('base64')}`;

async function send(form: FormData, path = '/v1/images/edits') {
  const { baseUrl, apiKey } = world.gateway;
  const response = await fetch(`${baseUrl.replace(/\/v1$/, '')}${path}`, {
    ...{ method: 'POST', body: form },
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const body = (await response.json()) as { readonly error?: { readonly param: string | null; readonly code: string } };
  return [response.status, body.error?.param, body.error?.code] as const;
}

function formOf(files: Readonly<Record<string, Blob>>, fields: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: 'sandbox/image', prompt: 'x', ...fields }))
    form.append(name, value);
  for (const [name, file] of Object.entries(files)) form.append(name, file, `${name}.png`);
  return form;
}

const png = (data: Buffer = PNG, type = 'image/png') => new Blob([new Uint8Array(data)], { type });

describe('a form', () => {
  it.each([
    ['no picture', formOf({}), 'image', 'missing_required_parameter'],
    ['an empty file', formOf({ image: png(Buffer.alloc(0)) }), 'image', 'empty_image'],
    ['words called a picture', formOf({ image: png(Buffer.from('no picture')) }), 'image', 'invalid_image'],
    ['a picture that breaks off', formOf({ image: png(PNG.subarray(0, 12)) }), 'image', 'invalid_image'],
    ['a PNG called JPEG', formOf({ image: png(PNG, 'image/jpeg') }), 'image', 'invalid_image'],
    [
      'a mask of another size',
      formOf({ image: png(), mask: png(sandboxPng('any', { width: 32, height: 64 })) }),
      ...(['mask', 'invalid_image'] as const),
    ],
    ['a number that is none', formOf({ image: png() }, { n: 'many' }), 'n', 'invalid_type'],
    ['a file that nobody asked for', formOf({ image: png(), other: png() }), 'image', 'unknown_parameter'],
  ])('with %s is refused', async (_what, form, param, code) => {
    expect(await send(form)).toEqual([400, param, code]);
  });

  it('that is whole is read, its lists by either name', async () => {
    expect((await send(formOf({ 'image[]': png() }, { n: '2', stream: 'false' })))[0]).toBe(200);
    expect((await send(formOf({ image: png() }), '/v1/images/variations'))[0]).toBe(200);
  });

  it.each([
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nsandbox/im'],
    ['multipart/form-data', '--x--'],
  ])('that is broken is refused: %s', async (type, body) => {
    const { baseUrl, apiKey } = world.gateway;
    const response = await fetch(`${baseUrl}/images/edits`, {
      ...{ method: 'POST', body },
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': type },
    });
    expect(response.status).toBe(400);
  });
});

describe('a request in JSON', () => {
  const edit = { model: 'sandbox/image', prompt: 'x' };
  it.each([
    ['/v1/images/generations', { model: 'sandbox/image' }, 'prompt'],
    ['/v1/images/generations', { prompt: 'x' }, 'model'],
    ['/v1/images/generations', { model: 'sandbox/image', prompt: 'x', n: 11 }, 'n'],
    ['/v1/images/generations', { model: 'sandbox/image', prompt: 'x', size: 'big' }, 'size'],
    ['/v1/images/edits', edit, 'images'],
    ['/v1/images/edits', { ...edit, images: [{}] }, 'images[0]'],
    ['/v1/images/edits', { ...edit, images: [{ image_url: 'ftp://x' }] }, 'images[0].image_url'],
    ['/v1/images/edits', { ...edit, images: [{ image_url: dataUrl(Buffer.from('x')) }] }, 'images[0].image_url'],
    ['/v1/images/variations', edit, 'image'],
  ])('%s %j is told what is wrong with it', async (path, body, param) => {
    const answer = await world.post(path, body);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
  });
});
