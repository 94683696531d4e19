import { afterAll, beforeAll, expect } from 'vitest';
import { until } from '../chaos/until.js';
import { type Answer, type Parsed, useWorld, type World, type WorldOptions } from '../gateway/world.js';
import { type Received, startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

export const endpoints = '/v1/organization/webhook_endpoints';
export const soon = { timeout: 20_000, interval: 20 };

export interface HookWorld {
  readonly world: World;
  readonly receiver: WebhookReceiver;
  readonly admin: { readonly apiKey: string };
  /** An endpoint at a path of the receiver, with its secret. */
  add(path: string, body?: object): Promise<Parsed>;
  post(path: string, body?: object): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** What came to a path, once there are as many. */
  received(path: string, count?: number): Promise<readonly Received[]>;
  /** Deliveries of an endpoint, oldest first. */
  deliveries(endpointId: string): Promise<readonly Parsed[]>;
  /** The endpoint's last delivery, once it has ended. */
  ended(endpointId: string): Promise<Parsed>;
  /** Has something happen: an event as another part of the gateway would write it. */
  happen(event: {
    readonly type: string;
    readonly payload?: object;
    readonly projectId?: string;
    readonly webhookUrl?: string;
    readonly version?: number;
  }): Promise<string>;
  readonly organizationId: string;
}

/** A gateway that may tell this machine of events, and a server that it tells them to. */
export function useHookWorld(options: WorldOptions = {}): HookWorld {
  const env = { SLUICE_WEBHOOKS_ALLOW_PRIVATE: 'on', SLUICE_WEBHOOKS_RETRY_SECONDS: '1,2', ...options.env };
  const world = useWorld({ ...options, env });
  let receiver: WebhookReceiver;
  let organizationId = '';
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    const [row] = await world.rows<{ id: string }>('SELECT id FROM tenancy.organizations');
    organizationId = row?.id ?? '';
  });
  afterAll(() => receiver?.close());
  const admin = () => ({ apiKey: world.gateway.adminKey });
  const deliveries = async (id: string): Promise<readonly Parsed[]> =>
    (await world.get(`${endpoints}/${id}/deliveries`, admin())).body.data;
  return {
    world,
    get receiver() {
      return receiver;
    },
    get admin() {
      return admin();
    },
    get organizationId() {
      return organizationId;
    },
    add: async (path, body = {}) => {
      const answer = await world.post(endpoints, { url: `${receiver.origin}${path}`, ...body }, admin());
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
      return answer.body;
    },
    post: (path, body = {}) => world.post(path, body, admin()),
    get: (path) => world.get(path, admin()),
    received: async (path, count = 1) => {
      await until(`${count} webhooks at ${path}`, async () => {
        const { length } = receiver.at(path);
        return length >= count ? true : { pending: `${length} have come` };
      });
      return receiver.at(path);
    },
    deliveries,
    ended: async (id) => {
      await expect.poll(async () => (await deliveries(id)).at(-1)?.ended_at ?? null, soon).not.toBeNull();
      return (await deliveries(id)).at(-1);
    },
    happen: async ({ type, payload = {}, projectId, webhookUrl, version }) => {
      const [row] = await world.rows<{ event_id: string }>(
        `INSERT INTO requests.outbox (type, organization_id, project_id, payload, webhook_url, version)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING event_id`,
        [type, organizationId, projectId ?? null, JSON.stringify(payload), webhookUrl ?? null, version ?? null],
      );
      return row?.event_id ?? '';
    },
  };
}
