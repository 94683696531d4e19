import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFlows } from '../../workers/request-worker.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';
import { GONE_ON, scenarios } from './scenarios.js';

// Histories of released flows. A change that cannot replay one of them would break requests that are under way.

const folder = resolve(import.meta.dirname, 'histories');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

let current: { readonly code: string };
let incompatible: { readonly code: string };

beforeAll(async () => {
  installQuietRuntime();
  current = await bundleFlows();
  const workflowsPath = resolve(import.meta.dirname, 'incompatible', 'index.ts');
  incompatible = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
});

const replay = (workflowBundle: { readonly code: string }, file: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle }, JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as unknown);

const eventsOf = (name: string): readonly string[] => {
  const text = readFileSync(resolve(folder, `${name}.json`), 'utf8');
  return (JSON.parse(text) as { events: { eventType: string }[] }).events.map(({ eventType }) => eventType);
};

describe('recorded histories', () => {
  it('are there for each scenario', () => {
    const recorded = files.map((file) => file.replace(/^chat\./, '').replace(/\.json$/, ''));
    expect(recorded).toEqual(expect.arrayContaining(Object.keys(scenarios)));
  });

  it.each(files)('%s replays', async (file) => {
    await replay(current, file);
  });

  it.each(files)('%s fails under an incompatible change', async (file) => {
    await expect(replay(incompatible, file)).rejects.toBeInstanceOf(DeterminismViolationError);
  });

  it('tell of heartbeats and of a crash', () => {
    const count = (name: string, event: string): number =>
      eventsOf(name).filter((eventType) => eventType === `EVENT_TYPE_${event}`).length;
    expect(count('chat.heartbeat', 'WORKFLOW_TASK_COMPLETED')).toBeGreaterThan(1);
    expect(count('chat.crash', 'WORKFLOW_TASK_TIMED_OUT')).toBeGreaterThan(0);
  });

  it.each(['batch', 'job', 'vendor-batch'])('tell of a %s that goes on in a new run', (flow) => {
    expect(eventsOf(`${flow}${GONE_ON}`).at(-1)).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
  });
});
