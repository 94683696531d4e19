import type { VendorJobs } from '../../vendor-jobs.js';
import { createModelStudioTasks, type ModelStudioAccount } from '../model-studio-tasks.js';
import { fromDashscopeVideo } from './from-dashscope-video.js';
import { toDashscopeVideo } from './to-dashscope-video.js';

const PATH = '/services/aigc/video-generation/video-synthesis';

/** Videos, as tasks. */
export function createDashscopeVideos(account: ModelStudioAccount): VendorJobs<'video'> {
  const tasks = createModelStudioTasks(account);
  return {
    submit: async (attempt) => tasks.submit(PATH, toDashscopeVideo(attempt).body, attempt),
    check: async (question) => fromDashscopeVideo(await tasks.find(question), toDashscopeVideo(question)),
    cancel: tasks.cancel,
  };
}
