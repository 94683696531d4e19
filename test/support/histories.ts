import { defaultPayloadConverter } from '@temporalio/common';
import type { Client } from '@temporalio/client';

/** One step of a request as Temporal's UI tells it. */
export interface ToldStep {
  readonly summary: unknown;
  readonly result: unknown;
}

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** Local activities leave markers with a summary and a result; regular ones a scheduled and a completed event. */
export function toldSteps(history: History): readonly ToldStep[] {
  const events = history.events ?? [];
  return events.flatMap((event): readonly ToldStep[] => {
    const marker = event.markerRecordedEventAttributes;
    if (marker)
      return [{ summary: read(event.userMetadata?.summary), result: read(marker.details?.result?.payloads?.[0]) }];
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (!scheduled) return [];
    const completed = events.find(
      ({ activityTaskCompletedEventAttributes: done }) => String(done?.scheduledEventId) === String(event.eventId),
    );
    const payload = completed?.activityTaskCompletedEventAttributes?.result?.payloads?.[0];
    return [{ summary: read(event.userMetadata?.summary), result: read(payload) }];
  });
}

function read(payload: unknown): unknown {
  return payload == null ? undefined : defaultPayloadConverter.fromPayload(payload);
}
