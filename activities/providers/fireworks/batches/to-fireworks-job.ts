import type { JsonObject } from '../../../../workflows/contracts/json.js';

/**
 * Jobs that have not ended by then expire, and keep what is done: the shortest that Fireworks allows ("[12h, 72h]; if unset it defaults to
 * 24h"), in the form of protocol buffers. A job of a model that has no batches waits without an end, and its lines are to be asked for by
 * themselves while a window of a day is not over.
 */
const LONGEST = '43200s';

export interface FireworksJob {
  /** `accounts/my-account`. */
  readonly account: string;
  readonly key: string;
  readonly model: string;
  readonly input: string;
}

/** `gatewayBatchInferenceJob` (https://docs.fireworks.ai/api-reference/create-batch-inference-job). */
export function toFireworksJob({ account, key, model, input }: FireworksJob): JsonObject {
  const id = toJobId(key);
  return {
    ...{ displayName: id, model, maxJobDuration: LONGEST },
    inputDatasetId: `${account}/datasets/${input}`,
    outputDatasetId: `${account}/datasets/${toOutputId(id)}`,
  };
}

/**
 * The id that a job is made and found by: 1 to 63 lower-case letters, digits and hyphens, a letter first
 * (https://docs.fireworks.ai/getting-started/concepts#resource-names-and-ids).
 */
export function toJobId(key: string): string {
  return `sluice-${key.replaceAll('_', '-')}`;
}

/** Of the dataset of its answers. */
export function toOutputId(jobId: string): string {
  return `${jobId}-out`;
}

/** Of the dataset of its lines, for each time that they are sent. */
export function toInputId(key: string, time: number): string {
  return `${toJobId(key)}-in-${time}`;
}
