import type { RequestResult } from '../../../workflows/contracts/requests.js';
import { type JobInput, jobStepsOf } from '../../../workflows/flows/steps/job-steps.js';

/** As `chat` beside it. */
export async function job(request: JobInput): Promise<RequestResult> {
  const steps = jobStepsOf(request);
  const { chargedNanoUsd } = await steps.release({});
  await steps.planAndReserve();
  return { status: 'abandoned', attempts: 0, chargedNanoUsd };
}
