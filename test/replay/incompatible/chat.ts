import type { RequestInput, RequestResult } from '../../../workflows/contracts/requests.js';
import { stepsOf } from '../../../workflows/flows/steps/request-steps.js';

/** What a careless change would look like: the flow releases before it has reserved. */
export async function chat(request: RequestInput): Promise<RequestResult> {
  const steps = stepsOf(request);
  const { chargedNanoUsd } = await steps.release({});
  await steps.planAndReserve();
  return { status: 'abandoned', attempts: 0, chargedNanoUsd };
}
