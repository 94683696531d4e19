import type { VendorJobs } from '../../vendor-jobs.js';
import { createFalQueue, type FalAccount } from '../fal-queue.js';
import { fromFalVideo } from './from-fal-video.js';
import { toFalVideo } from './to-fal-video.js';

/** Videos, by fal's queue. */
export function createFalVideos(account: FalAccount): VendorJobs<'video'> {
  const queue = createFalQueue(account);
  return {
    submit: async (attempt) => queue.submit(toFalVideo(attempt).body, attempt),
    check: async (question) =>
      queue.check(
        question,
        (result) => fromFalVideo(result, toFalVideo(question)),
        'The vendor failed to make the video.',
      ),
    cancel: queue.cancel,
  };
}
