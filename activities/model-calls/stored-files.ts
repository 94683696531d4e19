import type { ObjectStore } from '../../workflows/contracts/objects.js';
import { type OpenStored, ProviderFailure } from '../providers/port.js';

const GONE = 'The file that came with the request is no longer there.';
const AWAY = 'The object store could not be read.';

/** The files that a request has brought, for the adapters of vendors. What goes wrong with them is no vendor's fault. */
export function openStoredOf(
  objects: Pick<ObjectStore, 'read'>,
  { projectId }: { readonly projectId: string },
  onError: (error: unknown) => void,
): OpenStored {
  const failed = (error: unknown): ProviderFailure => {
    onError(error);
    return new ProviderFailure({ class: 'internal' }, { message: AWAY });
  };
  return async ({ id }) => {
    const stored = await objects.read({ id, projectId }).catch((error: unknown) => {
      throw failed(error);
    });
    if (stored === undefined) throw new ProviderFailure({ class: 'content_gone' }, { message: GONE });
    return whole(stored, failed);
  };
}

async function* whole(
  stored: AsyncIterable<Uint8Array>,
  failed: (error: unknown) => ProviderFailure,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stored;
  } catch (error) {
    throw failed(error);
  }
}
