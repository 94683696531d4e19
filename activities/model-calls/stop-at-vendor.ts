import { findCandidate } from '../../workflows/domain/credentials.js';
import type { VendorJobRef } from '../providers/port.js';
import type { AttemptContext } from './attempt-context.js';
import { askToCancel } from './vendor-job.js';

/** Tells the vendor to stop a job that nobody will take any more, whose content may be gone with whoever wanted it. */
export async function stopAtVendor(
  { input, plans, accounts, onError }: AttemptContext,
  job: VendorJobRef,
): Promise<void> {
  const { request, number } = input;
  const { requestId, organizationId, projectId } = request;
  const plan = await plans.read(requestId);
  const candidate = findCandidate(plan?.candidates ?? [], input.candidate);
  if (!candidate) return;
  const { offer, credentialId } = candidate;
  const { kind } = offer;
  const provider = accounts.find(offer.vendor, credentialId, { organizationId, projectId });
  const jobs = kind === 'chat' ? undefined : provider?.jobs?.[kind];
  if (jobs) await askToCancel({ jobs, attempt: { offer, attemptKey: `${requestId}:${number}` } }, job, onError);
}
