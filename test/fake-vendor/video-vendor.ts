import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { until } from '../chaos/until.js';

/** Where a video's way through the vendor can be made to stand still: taken on and not answered, asked about, fetched. */
export type VideoPlace = 'submit' | 'check' | 'download';

/** A job that the vendor has taken on. */
export interface VideoJob {
  readonly id: string;
  readonly prompt: string;
  /** The address, or the data URL, of the picture that it begins with. */
  readonly picture?: string;
  readonly seconds: number;
  /** By `Date.now()`. */
  readonly takenAtMs: number;
  readonly doneAtMs: number;
}

interface HandedIn {
  readonly prompt: string;
  readonly duration?: number;
  readonly image?: { readonly url: string };
}

/** What the next downloads meet, one each. */
export type DownloadTrouble = 'cut' | number;

export interface VideoVendorOptions {
  /** From the hand-in to the end of each job; 0 unless given. */
  readonly takesMs?: (job: { readonly prompt: string; readonly number: number }) => number;
  /** Of each video; 4,096 unless given. */
  readonly bytes?: number;
}

/**
 * A vendor of videos in xAI's format (`POST /v1/videos/generations`, `GET /v1/videos/{id}`), that works by the clock: it takes
 * every job on, counts what it was handed, and serves files that it makes as they are read.
 */
export interface VideoVendor {
  /** Without a path. */
  readonly origin: string;
  /** What makes a gateway take it for xAI. */
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: readonly VideoJob[];
  /** Questions since the last reset. */
  readonly checks: number;
  /** From now on whatever comes to this place stands there; a download after so many bytes. */
  hold(place: VideoPlace, afterBytes?: number): void;
  waitForHeld(count: number): Promise<void>;
  /** Lets all go on that stands, and nothing stands from now on. */
  release(): void;
  trouble(...troubles: readonly DownloadTrouble[]): void;
  /** Of the file that it serves for a job. */
  sha256(id: string): string;
  reset(): void;
  close(): Promise<void>;
}

const USUAL_BYTES = 4_096;
const pieceBytes = 65_536;

export async function startVideoVendor({
  takesMs = () => 0,
  bytes = USUAL_BYTES,
}: VideoVendorOptions = {}): Promise<VideoVendor> {
  let jobs: VideoJob[] = [];
  let troubles: DownloadTrouble[] = [];
  let checks = 0;
  let count = 0;
  const barrier = createBarrier();

  const submit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { prompt, duration = 4, image } = (await json(request)) as HandedIn;
    const takenAtMs = Date.now();
    const id = `video-${++count}`;
    const doneAtMs = takenAtMs + takesMs({ prompt, number: count });
    jobs.push({ id, prompt, seconds: duration, takenAtMs, doneAtMs, ...(image && { picture: image.url }) });
    await barrier.pass('submit', response);
    send(response, 200, { request_id: id });
  };
  const check = async (id: string, response: ServerResponse): Promise<void> => {
    checks += 1;
    await barrier.pass('check', response);
    const job = jobs.find((one) => one.id === id);
    if (job === undefined) return send(response, 404, { error: { message: 'There is no such video.' } });
    const { seconds: duration, takenAtMs, doneAtMs } = job;
    if (Date.now() >= doneAtMs) return send(response, 200, { status: 'done', video: { url: urlOf(id), duration } });
    const progress = Math.floor((100 * (Date.now() - takenAtMs)) / (doneAtMs - takenAtMs));
    send(response, 200, { status: 'pending', progress });
  };
  const download = async (id: string, response: ServerResponse): Promise<void> => {
    const trouble = troubles.shift();
    if (typeof trouble === 'number') return send(response, trouble, {});
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes });
    let sent = 0;
    for (const piece of piecesOf(id, bytes)) {
      if (response.destroyed) return;
      if (!response.write(piece)) await drained(response);
      sent += piece.length;
      if (trouble === 'cut' && sent >= bytes / 2) return void response.destroy();
      await barrier.pass('download', response, sent);
    }
    response.end();
  };
  const answer = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, what, id = ''] = /^\/(?:v1\/)?(videos|files)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    if (request.method === 'POST') return submit(request, response);
    return what === 'files' ? download(id, response) : check(id, response);
  };

  // A gateway that is killed in the middle of a request is no fault of this server's.
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urlOf = (id: string): string => `${origin}/files/${id}`;
  return {
    origin,
    env: { XAI_API_KEY: 'sk-fake-xai', SLUICE_XAI_BASE_URL: `${origin}/v1` },
    get jobs() {
      return jobs;
    },
    get checks() {
      return checks;
    },
    hold: barrier.hold,
    waitForHeld: (wanted) =>
      until(`${wanted} requests to stand at the vendor of videos`, () => {
        const now = barrier.standing();
        return Promise.resolve(now >= wanted ? true : { pending: `${now} stand there` });
      }),
    release: barrier.release,
    trouble: (...next) => void (troubles = [...next]),
    sha256: (id) => {
      const hash = createHash('sha256');
      for (const piece of piecesOf(id, bytes)) hash.update(piece);
      return hash.digest('hex');
    },
    reset: () => {
      barrier.release();
      jobs = [];
      troubles = [];
      checks = 0;
    },
    close: () =>
      new Promise((resolve, reject) => {
        barrier.release();
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

interface Barrier {
  hold(place: VideoPlace, afterBytes?: number): void;
  /** Waits where the place is held and so much has been sent, until it is released or the caller has gone. */
  pass(place: VideoPlace, response: ServerResponse, sent?: number): Promise<void>;
  standing(): number;
  release(): void;
}

function createBarrier(): Barrier {
  let held: { readonly place: VideoPlace; readonly afterBytes: number } | undefined;
  const standing = new Set<() => void>();
  return {
    hold: (place, afterBytes = 0) => {
      held = { place, afterBytes };
    },
    pass: async (place, response, sent = 0) => {
      if (held?.place !== place || sent < held.afterBytes) return;
      await new Promise<void>((resolve) => {
        const go = (): void => {
          standing.delete(go);
          response.off('close', go);
          resolve();
        };
        standing.add(go);
        response.once('close', go);
      });
    },
    standing: () => standing.size,
    release: () => {
      held = undefined;
      for (const go of standing) go();
    },
  };
}

/** The same bytes for the same job, whatever their number: the head of an MP4 file, then noise of the job's own. */
function* piecesOf(id: string, bytes: number): Generator<Buffer> {
  const head = Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from('ftypisom'), Buffer.alloc(8, 1)]);
  const noise = Buffer.alloc(pieceBytes);
  for (let at = 0, block = createHash('sha256').update(id).digest(); at < pieceBytes; at += block.length) {
    block.copy(noise, at);
    block = createHash('sha256').update(block).digest();
  }
  yield head.subarray(0, bytes);
  for (let left = bytes - head.length; left > 0; left -= pieceBytes)
    yield noise.subarray(0, Math.min(left, pieceBytes));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
