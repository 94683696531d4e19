import { describe, expect, it } from 'vitest';
import type { EmbeddingCall, VideoCall } from '../../workflows/contracts/media-calls.js';
import type { VendorHttp } from './http.js';
import { inlineFrames, inlineInputs } from './inline-pictures.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const DATA = { type: 'base64', mediaType: 'image/png', data: PNG.toString('base64') } as const;
const at = (url: string) => ({ type: 'url', url }) as const;
const { signal } = new AbortController();

/** The open internet, with one picture in it; the vendor's own way is asked for nothing. */
function internet(): { readonly http: VendorHttp; readonly asked: string[] } {
  const asked: string[] = [];
  const never = () => Promise.reject(new Error('the vendor was asked'));
  const getJson: VendorHttp['getJson'] = ({ url }) => {
    asked.push(url);
    const isThere = url === 'https://pictures.example/sea.png';
    return Promise.resolve({
      ...{ status: isThere ? 200 : 404, headers: { 'content-type': 'image/png' } },
      ...{ readText: () => Promise.resolve(''), discard: () => undefined, release: () => undefined },
      stream: (async function* () {
        yield await Promise.resolve(PNG);
      })(),
    });
  };
  const close = () => Promise.resolve();
  return { http: { postJson: never, getJson: never, elsewhere: { postJson: never, getJson, close }, close }, asked };
}

const video = (changes: Partial<VideoCall>): VideoCall => ({
  ...{ kind: 'video', stream: false, prompt: 'a sea', references: [], count: 1 },
  source: { dialect: 'openai-videos', body: {} },
  ...changes,
});
const vectors = (...inputs: EmbeddingCall['inputs']): EmbeddingCall => ({
  ...{ kind: 'embedding', stream: false, inputs },
  source: { dialect: 'openai-embeddings', body: {} },
});

describe('a picture at an address', () => {
  it('is as good as its bytes: of a video, wherever it stands', async () => {
    const { http, asked } = internet();
    const sea = at('https://pictures.example/sea.png');
    const call = video({ firstFrame: sea, lastFrame: DATA, references: [sea] });
    expect(await inlineFrames(call, { http, signal })).toEqual({
      ...call,
      ...{ firstFrame: DATA, lastFrame: DATA, references: [DATA] },
    });
    expect(asked).toEqual([sea.url, sea.url]);
  });

  it('is as good as its bytes: of a vector, beside texts', async () => {
    const { http } = internet();
    const text = { type: 'text', text: 'a sea' } as const;
    const call = vectors(text, { type: 'image', source: at('https://pictures.example/sea.png') });
    expect((await inlineInputs(call, { http, signal })).inputs).toEqual([text, { type: 'image', source: DATA }]);
  });

  it('that is none is refused, with its field', async () => {
    const { http } = internet();
    const gone = at('https://pictures.example/gone.png');
    await expect(inlineFrames(video({ references: [gone] }), { http, signal })).rejects.toMatchObject({
      ...{ failure: { class: 'invalid_request' }, detail: { param: 'input_reference' } },
    });
    await expect(inlineInputs(vectors({ type: 'image', source: gone }), { http, signal })).rejects.toMatchObject({
      ...{ failure: { class: 'invalid_request' }, detail: { param: 'input[0]' } },
    });
  });

  it('needs nobody to fetch where there is none', async () => {
    const { http, asked } = internet();
    const call = video({ firstFrame: DATA });
    expect(await inlineFrames(call, { http, signal })).toEqual(call);
    expect(asked).toEqual([]);
  });
});
