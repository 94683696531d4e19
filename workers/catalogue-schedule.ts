import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';

/** Of this task queue, because several installations may share a namespace. */
export function catalogueScheduleId(taskQueue: string): string {
  return `${taskQueue}-refresh-catalogue`;
}

export interface CatalogueSchedule {
  readonly taskQueue: string;
  /** None switches the schedule off. */
  readonly urls: readonly string[];
  readonly everyMs: number;
}

/** Makes the schedule that newer price data is read by as the settings say; every process that starts does so. */
export async function keepCatalogueSchedule(client: Client, schedule: CatalogueSchedule): Promise<void> {
  const scheduleId = catalogueScheduleId(schedule.taskQueue);
  const handle = client.schedule.getHandle(scheduleId);
  if (schedule.urls.length === 0) {
    await handle.delete().catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    return;
  }
  const workflowId = scheduleId;
  const action = {
    type: 'startWorkflow',
    workflowType: 'refreshCatalogue',
    workflowId,
    taskQueue: schedule.taskQueue,
  } as const;
  const spec = { intervals: [{ every: schedule.everyMs }] };
  // One that runs still is enough: a second would find the same.
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' } as const;
  try {
    await client.schedule.create({ scheduleId, action, spec, policies });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await handle.update((previous) => ({ ...previous, action: { ...action, args: [] }, spec, policies }));
  }
}
