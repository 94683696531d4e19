import type { Schedule, ScheduleRun, Schedules } from '../../workflows/contracts/schedules.js';
import type { SubmittedPost, Submissions } from '../../workflows/contracts/submissions.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

const AT = '2026-11-01T00:00:00.000Z';

/** Schedules in memory, which never run by themselves, and an API that finds nothing wrong with what they post. */
export function createFakeSchedules(): { readonly schedules: Schedules; readonly submissions: Submissions } {
  const known = new Map<string, Schedule & { readonly post: SubmittedPost }>();
  const runs: ScheduleRun[] = [];
  const idOf = (count: number): string => count.toString(16).padStart(24, '0');
  const find = (projectId: string, id: string) => {
    const schedule = known.get(id);
    return schedule?.projectId === projectId ? schedule : undefined;
  };
  const found = (projectId: string, id: string) => {
    const schedule = find(projectId, id);
    if (!schedule) throw refuse('schedule_not_found', '');
    return schedule;
  };
  const schedules: Schedules = {
    create: async ({ as, post, paused, ...terms }) => {
      const id = `sched_${idOf(known.size + 1)}`;
      const made = { ...terms, ...as, id, path: post.path, refusalsInRow: 0, version: 1, createdAt: AT, updatedAt: AT };
      known.set(id, { ...made, post, status: paused ? 'paused' : 'active', ...(paused && { pausedBecause: 'asked' }) });
      return found(as.projectId, id);
    },
    find: async (projectId, id) => find(projectId, id),
    list: async (projectId, { limit }) => {
      const data = [...known.values()].filter((schedule) => schedule.projectId === projectId);
      return { data: data.slice(0, limit), hasMore: data.length > limit };
    },
    post: async (projectId, id) => find(projectId, id)?.post,
    modify: async (projectId, id, { startAt: _start, endAt: _end, remaining, paused, ...change }) => {
      const changed = {
        ...found(projectId, id),
        ...change,
        ...(remaining != null && { remaining }),
        ...(paused !== undefined && { status: paused ? ('paused' as const) : ('active' as const) }),
      };
      known.set(id, changed);
      return changed;
    },
    remove: async (projectId, id) => find(projectId, id) !== undefined && known.delete(id),
    trigger: async (projectId, id) => {
      const { id: scheduleId } = found(projectId, id);
      const run: ScheduleRun = {
        ...{
          id: `run_${idOf(runs.length + 1)}`,
          scheduleId,
          cause: 'trigger',
          status: 'pending',
          dueAt: AT,
          createdAt: AT,
        },
      };
      runs.push(run);
      return run;
    },
    runs: async (scheduleId, { limit }) => {
      const data = runs.filter((run) => run.scheduleId === scheduleId);
      return { data: data.slice(0, limit), hasMore: data.length > limit };
    },
    nextRuns: async () => ['2026-11-02T00:00:00.000Z'],
  };
  const fine = async () => ({ status: 204, headers: {}, body: '' });
  return { schedules, submissions: { submit: fine, check: fine } };
}
