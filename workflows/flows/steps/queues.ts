/** Where the flows of jobs and their short steps run, apart from requests whose callers wait. */
export function jobQueueOf(taskQueue: string): string {
  return `${taskQueue}-jobs`;
}

/** Where a job's calls of vendors run, by the queue of its flow: long ones, so that they keep no short step waiting. */
export function callQueueOf(jobQueue: string): string {
  return `${jobQueue}-calls`;
}

/** Where the steps of batches run, by the queue of their flows: they take seconds, and hold no short step of a job up. */
export function batchQueueOf(jobQueue: string): string {
  return `${jobQueue}-batches`;
}
