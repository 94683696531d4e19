import { sandboxPng } from '../../activities/providers/sandbox/media/sandbox-png.js';
import { until } from '../chaos/until.js';
import { type MediaRequest, type MediaResponse, type MediaVendor, startMediaVendor } from './media-vendor.js';

/** What fal's queue gives for a picture: one and the same, at an address of its own. */
export const FAL_PICTURE = sandboxPng('fal', { width: 16, height: 16 });

/** fal's queue, which makes a picture of whatever it is asked for, once the test says that it is done. */
export interface FalQueue {
  readonly origin: string;
  /** What makes a gateway call it. */
  readonly env: Readonly<Record<string, string>>;
  /** What was handed in, in turn, each with its address. */
  readonly handedIn: readonly MediaRequest[];
  readonly looks: number;
  readonly cancels: number;
  isDone: boolean;
  /** What the next hand-in meets in place of its reference. */
  handInMeets: MediaResponse | undefined;
  /** Called at each look, before its answer. */
  onLook: (looks: number) => Promise<void> | void;
  waitForLooks(atLeast: number): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

export async function startFalQueue(): Promise<FalQueue> {
  const answer = async ({ method, path }: MediaRequest): Promise<MediaResponse> => {
    if (method === 'PUT') return { body: {} };
    if (path.endsWith('.png')) return { headers: { 'content-type': 'image/png' }, body: FAL_PICTURE };
    if (path.endsWith('/status')) {
      await queue.onLook(queue.looks);
      return { body: { status: queue.isDone ? 'COMPLETED' : 'IN_QUEUE' } };
    }
    if (method === 'GET') return { body: { images: [{ url: `${vendor.origin}/made.png` }] } };
    if (queue.handInMeets) return queue.handInMeets;
    const at = `${vendor.origin}/requests/r-${queue.handedIn.length}`;
    const urls = { status_url: `${at}/status`, response_url: at, cancel_url: `${at}/cancel` };
    return { body: { request_id: `r-${queue.handedIn.length}`, ...urls } };
  };
  const vendor: MediaVendor = await startMediaVendor(answer);
  const of = (belongs: (request: MediaRequest) => boolean) => vendor.requests.filter(belongs);
  const queue: FalQueue = {
    origin: vendor.origin,
    env: { FAL_KEY: 'k', SLUICE_FAL_BASE_URL: vendor.origin },
    get handedIn() {
      return of(({ method }) => method === 'POST');
    },
    get looks() {
      return of(({ path }) => path.endsWith('/status')).length;
    },
    get cancels() {
      return of(({ method }) => method === 'PUT').length;
    },
    isDone: false,
    handInMeets: undefined,
    onLook: () => undefined,
    waitForLooks: (atLeast) =>
      until(`${atLeast} looks at fal`, () =>
        Promise.resolve(queue.looks >= atLeast || { pending: `${queue.looks} of them` }),
      ),
    reset: () => {
      vendor.reset();
      Object.assign(queue, { isDone: false, handInMeets: undefined, onLook: () => undefined });
    },
    close: vendor.close,
  };
  return queue;
}
