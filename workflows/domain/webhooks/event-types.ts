/** What an organisation can be told of, and when it is. `docs/webhooks.md` has the same table; a test compares. */
export const EVENT_TYPES = {
  'job.running': 'A job has begun.',
  'job.succeeded': 'A job has ended, and its result can be fetched.',
  'job.failed': 'A job has ended without a result.',
  'job.canceled': 'A job was canceled before it had a result.',
  'job.expired': 'The time of a job was over before it had a result.',
  'batch.completed': 'A batch has ended, and its results can be fetched.',
  'batch.failed': 'A batch could not be run: its input was refused.',
  'batch.expired':
    'The window of a batch was over before all of its requests had ended; those that had are in its results.',
  'batch.cancelled': 'A batch was cancelled; the requests that had ended by then are in its results.',
  'schedule.paused': 'A schedule has paused itself, because its requests were refused again and again.',
  'budget.threshold_reached': 'Spending has reached a threshold of a budget; once a window and amount.',
  'budget.exhausted': 'A budget has refused its first request of a window.',
  'api_key.created': 'An API key or an admin key was created.',
  'api_key.rotated': 'A key was given a new secret.',
  'api_key.revoked': 'A key was revoked, by itself or with the person, machine or project that it belonged to.',
  'webhook_endpoint.disabled': 'An endpoint answered 410 and is told nothing any more; the other endpoints are.',
  'catalogue.drift_found':
    'Newer price data differ from the catalogue; only the organisation that runs the installation.',
  'webhook.test': 'Somebody asked for a test; only the endpoint that it was asked for.',
} as const satisfies { readonly [type: string]: string };

export type EventType = keyof typeof EVENT_TYPES;

/** False for what the outbox holds for the installation's own use. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_TYPES, type);
}

/** `job.*` for all events of jobs. */
export function familyOf(type: string): string {
  return `${type.slice(0, type.indexOf('.'))}.*`;
}

const FAMILIES: ReadonlySet<string> = new Set(Object.keys(EVENT_TYPES).map(familyOf));

/** Every type, and every family of them, that an endpoint can ask for. */
export const EVENT_PATTERNS: readonly string[] = [...FAMILIES, ...Object.keys(EVENT_TYPES)];

export function isEventPattern(text: string): boolean {
  return isEventType(text) || FAMILIES.has(text);
}

/** Whether an endpoint that asks for these, or for all (`undefined`), is told of an event that happened. */
export function isAskedFor(patterns: readonly string[] | undefined, type: string): boolean {
  // A test is for the endpoint that it was made for.
  if (!isEventType(type) || type === 'webhook.test') return false;
  return patterns === undefined || patterns.includes(type) || patterns.includes(familyOf(type));
}
