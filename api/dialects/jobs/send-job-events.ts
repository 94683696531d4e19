import type { FastifyReply } from 'fastify';
import type { JobRecord } from '../../../workflows/contracts/jobs.js';
import type { AppDependencies } from '../../dependencies.js';
import type { CallerConnection } from '../../http/caller-connection.js';
import { createEventStream } from '../../http/event-stream.js';
import { keepAliveOf } from '../../requests/keep-alive.js';
import { renderJobEvent } from '../../requests/render-job.js';

/** A job's events behind a number as they come, each with that number as its id; ends with the job's end. */
export async function sendJobEvents(
  { jobs, settings }: Pick<AppDependencies, 'jobs' | 'settings'>,
  { id }: JobRecord,
  after: number,
  connection: CallerConnection,
  reply: FastifyReply,
): Promise<void> {
  const left = new AbortController();
  connection.onGone(() => left.abort());
  reply.header('x-request-id', id);
  const { keepAliveMs, slowReaderMs } = settings.timeouts;
  const stream = createEventStream(reply, { keepAliveMs: keepAliveOf(reply.request, keepAliveMs), slowReaderMs });
  try {
    for await (const event of jobs.follow(id, after, left.signal)) {
      const data = JSON.stringify(renderJobEvent(id, event));
      if (!(await stream.write(`id: ${event.number}\nevent: ${event.type}\ndata: ${data}\n\n`))) left.abort();
    }
    stream.end('');
  } catch (error) {
    // The database is away: a connection that breaks off is resumed from its last event, as one that ends is not.
    if (!stream.begun) throw error;
    reply.raw.destroy();
  } finally {
    left.abort();
    if (!stream.begun) stream.abandon();
  }
}
