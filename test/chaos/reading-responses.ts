import type { JsonObject } from '../../workflows/contracts/json.js';

/** What a caller of the Responses API can read of what came. */
export interface ResponseReading {
  readonly text: string;
  readonly done: boolean;
  readonly failed: boolean;
  readonly costUsd?: string;
}

export interface ResponseEvent {
  readonly type?: string;
  readonly delta?: string;
  readonly response?: JsonObject;
}

interface Told {
  readonly status?: string;
  readonly error?: JsonObject | null;
  readonly output?: readonly { readonly content?: readonly { readonly text?: string }[] }[];
  readonly usage?: { readonly cost?: number } | null;
}

export function readResponse(body: JsonObject): ResponseReading {
  const { status, error, output = [], usage } = body as Told;
  return {
    text: output.flatMap(({ content = [] }) => content.map(({ text = '' }) => text)).join(''),
    done: status === 'completed',
    failed: error != null || status === 'failed',
    ...(usage?.cost !== undefined && { costUsd: String(usage.cost) }),
  };
}

/** The last event is the end, or the error; the one before it that has text is not. */
export function readResponseEvents(events: readonly ResponseEvent[]): ResponseReading {
  const text = events.map(({ type, delta = '' }) => (type === 'response.output_text.delta' ? delta : '')).join('');
  const last = events.find(({ type }) => type === 'response.completed')?.response;
  return {
    ...(last && readResponse(last)),
    text,
    done: last !== undefined,
    failed: events.some(({ type }) => type === 'response.failed' || type === 'error'),
  };
}
