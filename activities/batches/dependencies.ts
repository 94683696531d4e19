import type { BatchLines } from '../../workflows/contracts/batches.js';
import type { ObjectStore } from '../../workflows/contracts/objects.js';
import type { EpochKeys } from '../content/epoch-keys.js';
import type { Database } from '../storage/database.js';

export interface BatchSettings {
  readonly maxLines: number;
  /** As large as a request may be. */
  readonly maxLineBytes: number;
  /** Lines of one batch that run at once. */
  readonly linesAtOnce: number;
}

export interface BatchDependencies {
  readonly database: Database;
  readonly epochKeys: EpochKeys;
  readonly objects: Pick<ObjectStore, 'find' | 'read' | 'put' | 'destroy'>;
  /** The API of this process; there is none while it starts, and where there is none a line waits. */
  readonly lines: () => BatchLines | undefined;
  /** Makes the digests of `custom_id`s useless to whoever reads the table. */
  readonly hmacKey: Buffer;
  readonly settings: BatchSettings;
  /** True once the step is to end, because its process is about to. */
  readonly isStopping: () => boolean;
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/** A batch whose lines can be read no more will not go on, however often it is tried. */
export class BatchInputGoneError extends Error {
  override readonly name = 'BatchInputGoneError';
}

/** The process is about to end: another one does the step, from its beginning. */
export class StepStoppedError extends Error {
  override readonly name = 'StepStoppedError';
}
