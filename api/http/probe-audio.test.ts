import { describe, expect, it } from 'vitest';
import { silence } from '../testing/sound-form.js';
import { probeAudio } from './probe-audio.js';

const nothing = () => Promise.resolve(undefined);
const wav = (data: Buffer) => {
  const file = { head: data, bytes: data.length, mediaType: 'application/octet-stream', filename: 'talk' };
  return probeAudio(file, nothing);
};

describe('a file of sound', () => {
  it('tells its type and its length, and gets an end that vendors know', async () => {
    expect(await wav(silence(2.5))).toEqual({ mediaType: 'audio/wav', filename: 'talk.wav', durationSeconds: 2.5 });
  });

  it('whose head claims more than its bytes hold is as long as its bytes', async () => {
    const data = silence(2);
    data.writeUInt32LE(0xffffffff, 40);
    expect((await wav(data)).durationSeconds).toBe(2);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no samples', silence(0)],
    ['words', Buffer.from('This is no sound at all, whatever it is called.')],
  ])('that holds %s is refused', async (_what, data) => {
    await expect(wav(data)).rejects.toMatchObject({ refusal: { code: 'invalid_request', param: 'file' } });
  });
});
