import type { VendorHttp } from '../../http.js';

/** Tells whoever has asked for a video that there is something to see, so long after now. Nobody waits for it. */
export type CallBack = (url: string, afterMs: number) => void;

const TIMEOUT_MS = 5_000;

/** Over HTTP, as any vendor does; a process that ends meanwhile calls nobody, and what fails is not tried again. */
export function createCallBack(http: VendorHttp): CallBack {
  return (url, afterMs) => {
    const call = async (): Promise<void> => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      (await http.postJson({ url, headers: {}, body: '{"status":"done"}', signal })).discard();
    };
    setTimeout(() => void call().catch(() => undefined), afterMs).unref();
  };
}
