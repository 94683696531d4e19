import type { Frame } from '../../workflows/contracts/answer.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { MediaCall } from '../../workflows/contracts/media-calls.js';
import { type ChatAttempt, type MediaAttempt, type Provider, ProviderFailure } from '../providers/port.js';
import type { TakesStored } from '../providers/port.js';
import { carryPictures, storedPictures } from './carried-call.js';

/** An attempt of any kind, before it has a signal to be stopped by. */
export type VendorAttempt = Omit<ChatAttempt, 'call' | 'signal' | 'onResponse'> &
  Pick<MediaAttempt, 'openStored'> & { readonly call: Call };

type Asked = Pick<Provider, 'id' | 'chat' | 'media'>;

/** Asks the vendor for what the call is. Throws `invalid_request` where this vendor has no such capability. */
export function askVendor(
  provider: Asked,
  { call, openStored, ...attempt }: VendorAttempt,
  how: Pick<ChatAttempt, 'signal' | 'onResponse'>,
): AsyncIterable<Frame> {
  if (call.kind === 'chat') return provider.chat?.({ call, ...attempt, ...how }) ?? cannot(provider, 'chat');
  const { offer, attemptKey } = attempt;
  const ask = capabilityOf(provider, call) ?? cannot(provider, call.kind);
  const asked = { call, offer, attemptKey, ...(openStored && { openStored }), ...how };
  return ask.takesStored === true || storedPictures(call).length === 0 ? ask(asked) : askCarrying(ask, asked);
}

type Ask = ((attempt: MediaAttempt) => AsyncIterable<Frame>) & TakesStored;

async function* askCarrying(ask: Ask, attempt: MediaAttempt): AsyncGenerator<Frame> {
  yield* ask({ ...attempt, call: await carryPictures(attempt.call, attempt.openStored) });
}

/** The capability of a call's kind takes that call, which a table by kind cannot say to the compiler. */
function capabilityOf({ media }: Asked, { kind }: MediaCall): Ask | undefined {
  return media?.[kind] as Ask | undefined;
}

function cannot({ id }: Asked, kind: string): never {
  throw new ProviderFailure({ class: 'invalid_request' }, { message: `The vendor ${id} has no ${kind}.` });
}
