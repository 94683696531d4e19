import { AsyncLocalStorage } from 'node:async_hooks';

/** On whose behalf the gateway itself asks for a line of a batch. */
export interface LineCaller {
  readonly keyId: string;
  readonly batchId: string;
  /** How long the line's result must be held at least, from its end on: until the batch's results are written. */
  readonly holdMs: number;
}

// What travels with a call inside the process cannot be sent from outside it, as a header could.
const callers = new AsyncLocalStorage<LineCaller>();

/** Does what the work asks of the API by the present rights of the batch's key, in the place of a key that is shown. */
export function asLineOf<T>(caller: LineCaller, work: () => PromiseLike<T>): Promise<T> {
  // Awaited inside: an injected request begins when somebody waits for it.
  return callers.run(caller, async () => await work());
}

/** Undefined for every request that came from outside. */
export function lineCaller(): LineCaller | undefined {
  return callers.getStore();
}
