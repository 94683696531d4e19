import type { JobRecord } from '../../../workflows/contracts/jobs.js';
import type { StoredObject } from '../../../workflows/contracts/objects.js';
import type { AppDependencies } from '../../dependencies.js';
import { collectAnswer } from '../../requests/collect-answer.js';
import { followRequest } from '../../requests/follow-request.js';
import { eventsOf } from '../shared/media-renderer.js';

/** What a finished job has made; undefined where it made nothing, or where that is gone. */
export async function outputOf(
  deps: AppDependencies,
  { id, projectId }: Pick<JobRecord, 'id' | 'projectId'>,
): Promise<StoredObject | undefined> {
  const record = await deps.requests.find(id);
  if (!record) return undefined;
  const execution = await followRequest(deps, record);
  try {
    const answer = await collectAnswer(execution);
    const [video] = eventsOf(answer?.frames ?? [], 'video');
    return video?.source.type === 'file-id' ? await deps.objects.find(projectId, video.source.id) : undefined;
  } finally {
    execution.leave();
  }
}
