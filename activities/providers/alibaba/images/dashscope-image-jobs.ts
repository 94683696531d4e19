import type { VendorJobs } from '../../vendor-jobs.js';
import { createModelStudioTasks, type ModelStudioAccount } from '../model-studio-tasks.js';
import { fromDashscopeTask, isTask, toDashscope } from './dashscope-images.js';

/** Pictures of Wan, as tasks. */
export function createDashscopeImageJobs(account: ModelStudioAccount): VendorJobs<'image'> {
  const tasks = createModelStudioTasks(account);
  return {
    takes: ({ vendorModel }) => isTask(vendorModel),
    submit: async (attempt) => {
      const { path, body } = toDashscope(attempt.call, attempt.offer.vendorModel);
      return tasks.submit(path, body, attempt);
    },
    check: async (question) => {
      const { warnings } = toDashscope(question.call, question.offer.vendorModel);
      return fromDashscopeTask(await tasks.find(question), warnings);
    },
    cancel: tasks.cancel,
  };
}
