import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { createBatchActivities } from '../activities/batches/batch-activities.js';
import { createBatches } from '../activities/batches/batches.js';
import { sweepBatches } from '../activities/batches/sweep-batches.js';
import type { Config } from '../infra/runtime/config.js';
import type { BatchActivities, Batches, BatchLines, BatchStarter } from '../workflows/contracts/batches.js';
import { asStep } from './batch-step.js';
import type { ComposedActivities } from './compose-activities.js';
import { createBatchStarter } from './batch-starter.js';
import type { Connections } from './connect.js';
import { derivedKey } from './derived-key.js';

export interface ComposedBatches {
  readonly activities: BatchActivities;
  readonly batches: Batches;
  readonly starter: BatchStarter;
  /** Lines go by the API of this process, which is made after the workers. */
  opens(lines: BatchLines): void;
  /** Steps that run end soon, and are gone on with elsewhere: lines go by the API, which is about to close. */
  stops(worker: Pick<Worker, 'shutdown'>): void;
  sweep(): Promise<number>;
}

export function composeBatches(
  config: Config,
  { database, client }: Connections,
  { epochKeys, objectParts: { objects } }: Pick<ComposedActivities, 'epochKeys' | 'objectParts'>,
  onError: (error: unknown) => void,
): ComposedBatches {
  let lines: BatchLines | undefined;
  let stopping = false;
  const hmacKey = derivedKey(config, 'batches');
  const { maxLines, linesAtOnce, retentionMs } = config.batches;
  const starter = createBatchStarter(client, config.temporal.taskQueue);
  const steps = createBatchActivities({
    ...{ database, epochKeys, objects, hmacKey, pause, clock: Date.now, lines: () => lines },
    settings: { maxLines, linesAtOnce, maxLineBytes: config.http.maxBodyBytes },
    // Not the activity's own signal: where the object store asks for the next bytes, no activity need be current.
    isStopping: () => stopping,
  });
  return {
    activities: {
      validateBatch: asStep(steps.validateBatch, onError),
      advanceBatch: asStep(steps.advanceBatch, onError),
      writeBatch: asStep(steps.writeBatch, onError),
      failBatch: asStep(steps.failBatch, onError),
    },
    batches: createBatches({ database, epochKeys, hmacKey, retentionMs }),
    starter,
    opens: (opened) => {
      lines = opened;
    },
    stops: (worker) => {
      stopping = true;
      worker.shutdown();
    },
    sweep: () => sweepBatches({ database, starter, onError }),
  };
}
