import { describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { openaiModel, says, useWorld } from '../gateway/world.js';
import { startTestGateway } from '../support/gateway.js';
import { createOrganization } from '../support/organization.js';

// Of jobs that stand in line for the one place of a process, which goes next.

const world = useWorld({ env: { SLUICE_JOB_SLOTS: '1' } });

async function submit(text: string, apiKey: string, priority = 3, gateway = world.gateway): Promise<string> {
  const headers = { prefer: 'respond-async', 'x-sluice-priority': `${priority}` };
  const { body } = await world.ask({ model: 'sandbox/echo', messages: says(text) }, { headers, apiKey, gateway });
  await until(`${text} to stand in line`, async () => {
    const step = (await world.get(`/v1/jobs/${body.id}`, { apiKey })).body.progress.step;
    return step === 'in_line' ? true : { pending: step };
  });
  return body.id;
}

/** A job that takes the one place until the vendor is released. */
async function occupy(): Promise<string> {
  const messages = says('Hello', { behaviour: 'hold', afterBytes: 'headers' });
  const headers = { prefer: 'respond-async' };
  const { body } = await world.ask({ model: openaiModel, max_tokens: 50, messages }, { headers });
  await world.vendor.waitForHeld(1);
  return body.id;
}

/** The jobs, named by their places in the list, in the order in which they were started. */
async function startedIn(ids: readonly string[]): Promise<readonly number[]> {
  for (const id of ids) await world.ended(id);
  const rows = await world.rows<{ id: string }>(
    'SELECT request_id AS id FROM jobs.jobs WHERE request_id = ANY ($1) ORDER BY started_at',
    [ids],
  );
  return rows.map(({ id }) => ids.indexOf(id));
}

describe('the line', () => {
  it('is by priority, where the operator lets it be asked for', async () => {
    await world.rows(`INSERT INTO jobs.rules (scope, best_priority) VALUES ('organization:org_local', 1) RETURNING 1`);
    await occupy();
    const { apiKey } = world.gateway;
    const ids: string[] = [];
    for (const priority of [5, 3, 1, 4, 2]) ids.push(await submit(`of ${priority}`, apiKey, priority));
    await world.vendor.release('all');
    expect(await startedIn(ids)).toEqual([2, 4, 1, 3, 0]);
  });

  it('lets organisations take turns within a priority', async () => {
    const other = await createOrganization(world.database, world.gateway);
    await occupy();
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await submit(`ours ${n}`, world.gateway.apiKey));
    const theirs = await submit('theirs', other.apiKey);
    await world.vendor.release('all');
    const order = await startedIn([...ids, theirs]);
    // It came last, and waits for turns of the others, not for all of them. Temporal takes several of a line at a time, so that which
    // turn it is depends on when it came.
    expect(order.indexOf(6)).toBeLessThan(6);
  });

  it('is of other processes alone for a gateway that has no place', async () => {
    const { apiKey } = world.gateway;
    const placeless = await startTestGateway({ beside: world.gateway, env: { SLUICE_JOB_SLOTS: '0' } });
    try {
      const ids = [await occupy(), await submit('by the other', apiKey, 3, placeless)];
      await world.vendor.release('all');
      for (const id of ids) expect((await world.ended(id)).state).toBe('settled');
      const owners = await world.rows(
        'SELECT DISTINCT left(owner, 11) FROM requests.attempts WHERE request_id = ANY ($1)',
        [ids],
      );
      expect(owners).toHaveLength(1);
    } finally {
      await placeless.close();
    }
  });
});
