import type { VendorJobs } from '../../vendor-jobs.js';
import { createReplicatePredictions, type ReplicateAccount } from '../replicate-predictions.js';
import { fromReplicateVideo } from './from-replicate-video.js';
import { toReplicateVideo } from './to-replicate-video.js';

/** Videos, as predictions. */
export function createReplicateVideos(account: ReplicateAccount): VendorJobs<'video'> {
  const predictions = createReplicatePredictions(account);
  return {
    submit: async (attempt) => predictions.submit(toReplicateVideo(attempt).input, attempt),
    check: async (question) => fromReplicateVideo(await predictions.find(question), toReplicateVideo(question)),
    cancel: predictions.cancel,
  };
}
