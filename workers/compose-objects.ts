import { join } from 'node:path';
import type { EpochKeys } from '../activities/content/epoch-keys.js';
import type { Blobs } from '../activities/objects/blobs.js';
import { createDirectoryBlobs } from '../activities/objects/directory-blobs.js';
import { createObjectStore } from '../activities/objects/object-store.js';
import { createS3Blobs } from '../activities/objects/s3-blobs.js';
import { sweepObjects } from '../activities/objects/sweep-objects.js';
import { createUploads } from '../activities/objects/uploads.js';
import { createUrlSignatures } from '../activities/objects/url-signatures.js';
import type { Database } from '../activities/storage/database.js';
import type { Config } from '../infra/runtime/config.js';
import type { ObjectStore, Uploads, UrlSignatures } from '../workflows/contracts/objects.js';
import { derivedKey } from './derived-key.js';

export interface ComposedObjects {
  readonly objects: ObjectStore;
  readonly uploads: Uploads;
  readonly urlSignatures: UrlSignatures;
  /** Destroys those whose time is over; gives how many. */
  sweep(): Promise<number>;
  /** Where callers reach this process, known only when it listens. */
  listensAt(url: string): void;
  close(): void;
}

/** The store of files and outputs, for the API and for the steps of jobs alike. */
export function composeObjects(
  config: Config,
  {
    database,
    epochKeys,
    onError,
  }: { readonly database: Database; readonly epochKeys: EpochKeys; readonly onError: (error: unknown) => void },
): ComposedObjects {
  const { sealed, retention } = config.objects;
  let gatewayUrl = config.http.publicUrl;
  const blobs = openBlobs(config);
  const urlSignatures = createUrlSignatures(derivedKey(config, 'object-urls'));
  const objects = createObjectStore({
    ...{ database, blobs, epochKeys, sealed, retention, onError },
    signatures: urlSignatures,
    gatewayUrl: () => {
      if (gatewayUrl === undefined) throw new Error('a URL was asked for before the gateway listens');
      return gatewayUrl;
    },
  });
  return {
    objects,
    uploads: createUploads({ database, epochKeys, objects }),
    urlSignatures,
    sweep: () => sweepObjects({ database, blobs, onError }),
    listensAt: (url) => {
      gatewayUrl ??= url;
    },
    close: () => blobs.close(),
  };
}

function openBlobs({ local, objects: { s3, sealed } }: Config): Blobs {
  if (s3 === undefined) return createDirectoryBlobs(join(local.dataDir, 'objects'));
  const { kmsKeyId, ...place } = s3;
  const serverSide = sealed ? undefined : kmsKeyId === undefined ? {} : { kmsKeyId };
  return createS3Blobs({ ...place, ...(serverSide && { serverSide }) });
}
