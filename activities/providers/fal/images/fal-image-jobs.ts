import { PICTURE_FAILED } from '../../made-images.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { createFalQueue, type FalAccount } from '../fal-queue.js';
import { fromFal, toFal } from './fal-images.js';

/** Pictures, by fal's queue: all that its models have in common is how they are asked about. */
export function createFalImages(account: FalAccount): VendorJobs<'image'> {
  const queue = createFalQueue(account);
  return {
    submit: async (attempt) => queue.submit(toFal(attempt.call, attempt.offer.vendorModel).body, attempt),
    check: async (question) => {
      const { call, offer, job } = question;
      const { warnings } = toFal(call, offer.vendorModel);
      return queue.check(question, (result) => fromFal(result, warnings, job['id']), PICTURE_FAILED);
    },
    cancel: queue.cancel,
  };
}
