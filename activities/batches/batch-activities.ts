import type { BatchActivities } from '../../workflows/contracts/batches.js';
import { createAdvanceBatch } from './advance-batch.js';
import { lookAt } from './batch-rows.js';
import type { BatchDependencies } from './dependencies.js';
import { endBatch } from './end-batch.js';
import { createValidateBatch } from './validate-batch.js';
import { createWriteBatch } from './write-batch.js';

const NOT_GONE_ON = {
  code: 'internal_error',
  message:
    'The gateway could not go on with this batch. Its lines that had been submitted are jobs, and can be asked for.',
};

/** The steps of batches; what each has done is in Postgres, so that any of them may run again. */
export function createBatchActivities(deps: BatchDependencies): BatchActivities {
  return {
    validateBatch: createValidateBatch(deps),
    advanceBatch: createAdvanceBatch(deps),
    writeBatch: createWriteBatch(deps),
    failBatch: async ({ batchId }) => {
      const batch = await lookAt(deps.database, batchId);
      if (!batch || batch.ended_at) return;
      await endBatch(deps, batch, { status: 'failed', problems: [NOT_GONE_ON] });
    },
  };
}
