import { renderBudget } from '../api/management/budgets.js';
import { renderKey } from '../api/management/project-key-object.js';
import { renderMessageBatch } from '../api/dialects/anthropic-messages/render-message-batch.js';
import { renderBatch } from '../api/dialects/openai-batches/render-batch.js';
import { nextRunsOf, renderSchedule } from '../api/dialects/schedules/render-schedule.js';
import { renderJob } from '../api/requests/render-job.js';
import type { Batches } from '../workflows/contracts/batches.js';
import type { Budgets } from '../workflows/contracts/budgets.js';
import type { Jobs } from '../workflows/contracts/jobs.js';
import type { JsonObject } from '../workflows/contracts/json.js';
import type { Schedules } from '../workflows/contracts/schedules.js';
import type { ProjectKeys } from '../workflows/contracts/tenancy.js';
import type { ReadEventObject, WebhookEvent } from '../workflows/contracts/webhooks.js';
import { RefusalError } from '../workflows/domain/refusal-error.js';

export interface EventObjectDependencies {
  readonly budgets: Pick<Budgets, 'get'>;
  readonly projectKeys: Pick<ProjectKeys, 'get'>;
  readonly jobs: Pick<Jobs, 'find'>;
  readonly batches: Pick<Batches, 'find'>;
  readonly schedules: Pick<Schedules, 'find' | 'nextRuns'>;
  /** Where callers reach the gateway, if that is set. */
  readonly publicUrl?: string | undefined;
}

/** The objects of full webhooks, as the API shows them at the time of sending. */
export function createEventObjects({ budgets, projectKeys, jobs, ...deps }: EventObjectDependencies): ReadEventObject {
  const readers: { readonly [family: string]: ReadEventObject | undefined } = {
    budget: async ({ organizationId, payload }) => {
      const { budgetId } = payload;
      return typeof budgetId === 'string'
        ? toJson(renderBudget(await budgets.get(organizationId, budgetId)))
        : undefined;
    },
    // An admin key is of no project, and the event says all that there is to be said of it.
    api_key: async ({ organizationId, projectId, payload: { id } }) =>
      typeof id === 'string' && projectId !== undefined
        ? toJson(renderKey(await projectKeys.get(organizationId, projectId, id)))
        : undefined,
    job: async ({ projectId, requestId }) => {
      if (projectId === undefined || requestId === undefined) return undefined;
      const job = await jobs.find(projectId, requestId);
      return job && renderJob(job);
    },
    batch: async ({ projectId, payload: { id } }) => {
      if (projectId === undefined || typeof id !== 'string') return undefined;
      const batch = await deps.batches.find(projectId, 'openai', id);
      if (batch) return renderBatch(batch);
      const messageBatch = await deps.batches.find(projectId, 'anthropic', id);
      return messageBatch && renderMessageBatch(messageBatch, deps.publicUrl);
    },
    schedule: async ({ projectId, payload: { id } }) => {
      if (projectId === undefined || typeof id !== 'string') return undefined;
      const schedule = await deps.schedules.find(projectId, id);
      return schedule && renderSchedule(schedule, await nextRunsOf(deps.schedules, schedule));
    },
  };
  return async (event) => {
    try {
      return await readers[familyOf(event)]?.(event);
    } catch (error) {
      // What is gone by now is shown to nobody any more.
      if (error instanceof RefusalError) return undefined;
      throw error;
    }
  };
}

function familyOf({ type }: WebhookEvent): string {
  return type.split('.')[0] ?? '';
}

function toJson(rendered: object): JsonObject {
  return rendered as JsonObject;
}
