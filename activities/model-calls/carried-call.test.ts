import { describe, expect, it } from 'vitest';
import type { GivenMedia, StoredMedia } from '../../workflows/contracts/call.js';
import type { ImageCall, VideoCall } from '../../workflows/contracts/media-calls.js';
import { carryPictures, storedPictures, withoutBytes } from './carried-call.js';

const stored = (id: string, bytes = 3): StoredMedia => ({ type: 'stored', id, mediaType: 'image/png', bytes });
const open = ({ id }: StoredMedia) =>
  Promise.resolve(
    (async function* () {
      yield await Promise.resolve(Buffer.from(id.slice(0, 1)));
      yield Buffer.from(id.slice(1));
    })(),
  );
const address: GivenMedia = { type: 'url', url: 'https://example.com/a.png' };
const source = { dialect: 'openai-images', body: {} } as const;
const image = (images: readonly GivenMedia[], mask?: GivenMedia): ImageCall<GivenMedia> => ({
  ...{ kind: 'image', source, stream: false, operation: 'edit', prompt: 'x', images, count: 1 },
  ...(mask && { mask }),
});
const video = (firstFrame: GivenMedia): VideoCall<GivenMedia> => ({
  ...{ kind: 'video', source, stream: false, prompt: 'x', references: [], count: 1, firstFrame },
});
const base64 = (text: string) => ({
  type: 'base64',
  mediaType: 'image/png',
  data: Buffer.from(text).toString('base64'),
});

describe('a call whose pictures rest in the store', () => {
  it('is carried with each in its place, and the others as they are', async () => {
    const call = await carryPictures(image([stored('one'), address, stored('two')], stored('mask')), open);
    expect(call).toMatchObject({ images: [base64('one'), address, base64('two')], mask: base64('mask') });
    expect(await carryPictures(video(stored('one')), open)).toMatchObject({ firstFrame: base64('one') });
  });

  it('is not read at all where they are too large together, or where only their number matters', async () => {
    const half = 30 * 1024 * 1024;
    const never = () => Promise.reject(new Error('was read'));
    await expect(carryPictures(image([stored('a', half), stored('b', half)]), never)).rejects.toMatchObject({
      failure: { class: 'invalid_request' },
      detail: { param: 'image' },
    });
    await expect(carryPictures(video(stored('a', 2 * half)), never)).rejects.toMatchObject({
      detail: { param: 'input_reference' },
    });
    expect(withoutBytes(video(stored('a')))).toMatchObject({ firstFrame: { type: 'base64', data: '' } });
    expect(storedPictures(image([stored('a'), address], stored('b')))).toHaveLength(2);
  });
});
