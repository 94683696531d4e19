import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { listen } from './listen.js';

/** What a form brought in its last file. */
export interface ReceivedSound {
  readonly bytes: number;
  readonly sha256: string;
}

/** A vendor of transcriptions in OpenAI's format that keeps nothing of what it hears, however long that is. */
export interface SoundVendor {
  readonly baseUrl: string;
  readonly received: readonly ReceivedSound[];
  /** From now on what has been heard is not answered, until `release`. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

export async function startSoundVendor(fileBytes: () => number): Promise<SoundVendor> {
  const received: ReceivedSound[] = [];
  let waiting: Promise<void> = Promise.resolve();
  let release = (): void => {};
  const { origin, close } = await listen((request, response) => {
    const answer = async (): Promise<void> => {
      received.push(await hear(request, fileBytes()));
      await waiting;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ text: 'Hi there.', usage: { type: 'duration', seconds: 1 } }));
    };
    answer().catch(() => response.destroy());
  });
  return {
    baseUrl: `${origin}/v1`,
    received,
    hold: () => {
      waiting = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
    close,
  };
}

/** The file is the last part: it ends where the closing boundary begins. */
async function hear(request: IncomingMessage, fileBytes: number): Promise<ReceivedSound> {
  const { 'content-type': type = '', 'content-length': length } = request.headers;
  const boundary = /boundary=(\S+)$/.exec(type)?.[1] ?? '';
  const end = Number(length) - Buffer.byteLength(`\r\n--${boundary}--\r\n`);
  const start = end - fileBytes;
  const hash = createHash('sha256');
  let at = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk.subarray(Math.max(0, start - at), Math.max(0, end - at)));
    at += chunk.length;
  }
  return { bytes: at, sha256: hash.digest('hex') };
}
