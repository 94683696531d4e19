import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import Fastify from 'fastify';
import { WORKFLOW_TASK_TIMEOUT } from '../../workflows/flows/steps/timeouts.js';
import { vendorAnswer } from './chat-body.js';
import { endWithParent } from './end-with-parent.js';
import type { floor, FloorActivities } from './floor-workflow.js';

// The floor, in a process of its own: what any request costs that is a workflow with an effect, before it does anything.
// HTTP as the gateway has it, an eagerly started workflow, one local activity that does nothing; no vendor, no Postgres.
// `POST /floor` answers once the activity has run, as the gateway answers before its workflow ends; `?until=result` waits
// for the workflow's result. `GET /starts` tells how many starts were eager.

endWithParent();
const [address = '', namespace = 'default', maxInFlight = '256'] = process.argv.slice(2);
const taskQueue = 'bench-floor';
// As many as the gateway has for as many requests at once.
const slots = Number(maxInFlight) + Math.max(16, Math.ceil(Number(maxInFlight) / 4));

Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
const client = new Client({ connection, namespace });
const waiting = new Map<string, () => void>();
const starts = { eager: 0, other: 0 };
const activities: FloorActivities = {
  noop: async (requestId) => {
    waiting.get(requestId)?.();
    waiting.delete(requestId);
  },
};
const workflowsPath = fileURLToPath(new URL('./floor-workflow.ts', import.meta.url));
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }),
  activities: { ...activities },
  maxConcurrentWorkflowTaskExecutions: slots,
  maxConcurrentLocalActivityExecutions: slots,
  maxConcurrentActivityTaskExecutions: slots,
  maxCachedWorkflows: 2 * slots,
  stickyQueueScheduleToStartTimeout: '2s',
});
const failed = worker.run();

const answer = vendorAnswer();
const app = Fastify({ keepAliveTimeout: 600_000 });
app.post<{ Querystring: { until?: string } }>('/floor', async (request, reply) => {
  const requestId = `floor_${randomUUID()}`;
  const ran = new Promise<void>((resolve) => waiting.set(requestId, resolve));
  const handle = await client.workflow.start<typeof floor>('floor', {
    workflowId: requestId,
    taskQueue,
    args: [requestId],
    requestEagerStart: true,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  });
  starts[handle.eagerlyStarted ? 'eager' : 'other'] += 1;
  await (request.query.until === 'result' ? handle.result() : ran);
  return reply.type('application/json').send(answer);
});
app.get('/starts', () => starts);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
await failed;
