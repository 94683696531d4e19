import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/json.js';
import type { WebhookEvent } from '../../contracts/webhooks.js';
import { MAX_BODY_BYTES, renderEvent } from './event-body.js';

const event: WebhookEvent = {
  id: 'evt_1',
  type: 'budget.threshold_reached',
  at: '2026-11-26T00:00:00.000Z',
  organizationId: 'org_1',
  payload: {
    budgetId: 'budget_1',
    percent: 80,
    amountNanoUsd: '9007199254740993000000001',
    by: { keyId: 'key_1' },
    at: null,
  },
};
const read = (text: string) => JSON.parse(text) as { readonly data: JsonObject };

describe('an event', () => {
  it('is written in the names of the API, with exact amounts', () => {
    expect(read(renderEvent(event))).toEqual({
      type: 'budget.threshold_reached',
      timestamp: '2026-11-26T00:00:00.000Z',
      data: {
        ...{ budget_id: 'budget_1', percent: 80, amount_usd: '9007199254740993.000000001', by: { key_id: 'key_1' } },
        ...{ at: null, organization_id: 'org_1' },
      },
    });
  });

  it('says whose it is, and which state of its object', () => {
    const { data } = read(renderEvent({ ...event, projectId: 'proj_1', requestId: 'req_1', version: 3 }));
    expect(data).toMatchObject({ project_id: 'proj_1', request_id: 'req_1', version: 3 });
  });

  it('has its object where one is given', () => {
    expect(read(renderEvent(event, { id: 'budget_1', keptAs: 'it is' })).data['object']).toEqual({
      id: 'budget_1',
      keptAs: 'it is',
    });
  });

  it('leaves an object out that would make it too long, by bytes', () => {
    const text = 'ü'.repeat(MAX_BODY_BYTES / 2);
    const { data } = read(renderEvent(event, { text }));
    expect(data).toMatchObject({ object_omitted: true, budget_id: 'budget_1' });
    expect(data['object']).toBeUndefined();
  });
});
