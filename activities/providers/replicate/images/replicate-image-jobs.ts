import type { VendorJobs } from '../../vendor-jobs.js';
import { createReplicatePredictions, type ReplicateAccount } from '../replicate-predictions.js';
import { fromReplicate, toReplicate } from './replicate-images.js';

/** Pictures, as predictions. */
export function createReplicateImages(account: ReplicateAccount): VendorJobs<'image'> {
  const predictions = createReplicatePredictions(account);
  return {
    submit: async (attempt) => predictions.submit(toReplicate(attempt.call, attempt.offer.vendorModel).input, attempt),
    check: async (question) => {
      const { warnings } = toReplicate(question.call, question.offer.vendorModel);
      return fromReplicate(await predictions.find(question), warnings);
    },
    cancel: predictions.cancel,
  };
}
