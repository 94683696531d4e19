import type { ActingRequest, Page, PageQuery } from './access.js';
import type { JsonObject } from './json.js';

/** How much a webhook says: what happened to which object, or that object besides, as the API shows it. Never content. */
export type WebhookPayload = 'thin' | 'full';

/** Why an endpoint is told nothing: somebody switched it off, or its server answered 410. */
export type WebhookDisabledReason = 'manual' | 'gone';

/** An address that an organisation is told of events at. */
export interface WebhookEndpoint {
  readonly id: string;
  /** Absent for the one that stands for the addresses that single requests name, whose secrets sign what goes there. */
  readonly url?: string;
  readonly description: string;
  /** Absent for the events of all projects, and for those that are of none. */
  readonly projectId?: string;
  /** Types, or families of them (`job.*`); absent for all. */
  readonly eventTypes?: readonly string[];
  readonly payload: WebhookPayload;
  readonly disabled?: { readonly reason: WebhookDisabledReason; readonly at: string };
  /** Those that sign now, the current one first, without what they are. */
  readonly secrets: readonly WebhookSecret[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface WebhookSecret {
  readonly id: string;
  readonly createdAt: string;
  /** Absent for the current one. */
  readonly expiresAt?: string;
}

/** With the secret itself (`whsec_…`), which is shown at its making only. */
export interface NewWebhookSecret extends WebhookEndpoint {
  readonly secret: string;
}

export interface NewWebhookEndpoint {
  /** Absent as above; an organisation has one such endpoint. */
  readonly url?: string;
  readonly description?: string;
  readonly projectId?: string;
  readonly eventTypes?: readonly string[];
  readonly payload?: WebhookPayload;
  readonly isEnabled?: boolean;
}

/** Absent fields stay; null stands for all types. */
export interface WebhookEndpointChange {
  readonly url?: string;
  readonly description?: string;
  readonly eventTypes?: readonly string[] | null;
  readonly payload?: WebhookPayload;
  readonly isEnabled?: boolean;
}

export interface WebhookEndpointQuery extends PageQuery {
  readonly projectId?: string;
}

/** Why a delivery is made: something happened, or somebody asked. */
export type DeliveryCause = 'event' | 'test' | 'redelivery';
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'canceled';

/** Why a delivery is over without having been taken. */
export type DeliveryEndReason =
  /** No attempt of the whole day was taken. */
  | 'exhausted'
  /** The receiver answered 410. */
  | 'gone'
  | 'endpoint_disabled'
  | 'endpoint_deleted';

/** Why an attempt did not count as delivered. The address of a name, and what a server said, are in none of them. */
export type AttemptFailureReason =
  /** A status other than 2xx. */
  | 'status'
  /** A redirect, which is never followed. */
  | 'redirect'
  | 'timeout'
  | 'name_not_resolved'
  /** It leads into a private network, where webhooks do not go. */
  | 'address_not_public'
  | 'connection'
  | 'tls'
  /** What answered speaks no HTTP. */
  | 'bad_answer'
  /** The gateway's process ended in the middle: whether it was taken is not known. */
  | 'interrupted'
  /** A fault of the gateway's own. */
  | 'internal';

export interface DeliveryAttempt {
  readonly number: number;
  readonly startedAt: string;
  /** Absent where there was no answer. */
  readonly status?: number;
  /** Absent of one that was taken, and of one that runs. */
  readonly failure?: AttemptFailureReason;
  readonly durationMs?: number;
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly cause: DeliveryCause;
  readonly state: DeliveryState;
  readonly reason?: DeliveryEndReason;
  /** In order. */
  readonly attempts: readonly DeliveryAttempt[];
  readonly nextAttemptAt?: string;
  readonly createdAt: string;
  readonly endedAt?: string;
}

export interface WebhookDeliveryQuery extends PageQuery {
  readonly state?: DeliveryState;
  readonly eventId?: string;
}

/** Checks an address that webhooks are to go to; gives it in its usual form. */
export interface WebhookUrls {
  /** @throws RefusalError `invalid_request` with the field's name, and what is wrong with the address. */
  check(url: string, param: string): string;
}

/**
 * The webhook endpoints of an organisation, as the management API shows and changes them. All but `list`, `create` and
 * `check` throw `webhook_endpoint_not_found` for one that is not the organisation's.
 */
export interface Webhooks extends WebhookUrls {
  list(by: ActingRequest, query: WebhookEndpointQuery): Promise<Page<WebhookEndpoint>>;
  get(by: ActingRequest, id: string): Promise<WebhookEndpoint>;
  /** @throws RefusalError `invalid_request`, `project_not_found`, `webhook_endpoint_exists`. */
  create(by: ActingRequest, endpoint: NewWebhookEndpoint): Promise<NewWebhookSecret>;
  /** @throws RefusalError `invalid_request`. */
  modify(by: ActingRequest, id: string, change: WebhookEndpointChange): Promise<WebhookEndpoint>;
  /** Destroys its secrets; what is on its way is canceled. */
  remove(by: ActingRequest, id: string): Promise<void>;
  /** Makes another secret; those of before sign beside it for as long as the overlap. */
  rotate(by: ActingRequest, id: string, overlapSeconds: number): Promise<NewWebhookSecret>;
  /** Sends an event of the type `webhook.test`, whatever types the endpoint is told of, also to one that is disabled. */
  test(by: ActingRequest, id: string): Promise<WebhookDelivery>;
  listDeliveries(by: ActingRequest, id: string, query: WebhookDeliveryQuery): Promise<Page<WebhookDelivery>>;
  /** @throws RefusalError `webhook_delivery_not_found`. */
  getDelivery(by: ActingRequest, id: string, deliveryId: string): Promise<WebhookDelivery>;
  /** Sends the same event once more, under its own id. @throws RefusalError `webhook_delivery_not_found`. */
  redeliver(by: ActingRequest, id: string, deliveryId: string): Promise<WebhookDelivery>;
}

/** Something that happened, as it stands in the outbox. */
export interface WebhookEvent {
  /** `evt_…`; the same for every endpoint and in every attempt. */
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly organizationId: string;
  readonly projectId?: string;
  readonly requestId?: string;
  /** Counts the changes of the object that it is about. */
  readonly version?: number;
  /** In the house's names: `budgetId`, `amountNanoUsd`. No content. */
  readonly payload: JsonObject;
}

/** What the API shows of the object that an event is about; `undefined` where there is none, or none any more. */
export type ReadEventObject = (event: WebhookEvent) => Promise<JsonObject | undefined>;

/** What one attempt at a receiver came to. */
export type WebhookAnswer =
  | {
      readonly status: number;
      /** As it was sent: seconds, or a date. */
      readonly retryAfter?: string;
    }
  | { readonly failure: AttemptFailureReason };

export interface WebhookRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly timeoutMs: number;
}

/** Sends one webhook: no redirects, no address inside, no second try. What the receiver says besides its status is not read. */
export type PostWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

/** What the flow of a delivery is told: nothing but names. */
export interface DeliveryInput {
  readonly deliveryId: string;
}

export interface SendWebhookInput extends DeliveryInput {
  /** How often in a row this delivery had to wait for others to the same endpoint. */
  readonly postponed: number;
}

/** What the flow does next: end, or wait for another attempt. */
export type DeliveryStep =
  | {
      readonly status: 'delivered' | 'failed' | 'canceled';
      readonly attempts: number;
      readonly reason?: DeliveryEndReason;
    }
  | { readonly status: 'retry' | 'postponed'; readonly afterMs: number };

export interface WebhookActivities {
  /** One attempt, on record before it is made and when it has ended. Ends a delivery that is over; a failure is a value. */
  sendWebhook(input: SendWebhookInput): Promise<DeliveryStep>;
}

/** Starts the flow of a delivery. A second start of the same one does nothing. */
export interface DeliveryStarter {
  start(input: DeliveryInput): Promise<void>;
}
