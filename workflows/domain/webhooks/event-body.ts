import type { Json, JsonObject } from '../../contracts/json.js';
import type { WebhookEvent } from '../../contracts/webhooks.js';
import { nanoToUsd, parseNano } from '../money.js';
import { utf8Length } from '../utf8-length.js';

/** Above it receivers begin to refuse (Standard Webhooks, "Payload size"). */
export const MAX_BODY_BYTES = 20_000;

/**
 * An event as its receivers read it, `{type, timestamp, data}` (Standard Webhooks, "Payload structure"), with the object that it
 * is about as `data.object` where that is given and fits. The same event without an object is the same text, byte for byte.
 */
export function renderEvent(event: WebhookEvent, object?: JsonObject): string {
  const { type, at, projectId, requestId, version, payload } = event;
  const data: JsonObject = {
    ...toWire(payload),
    organization_id: event.organizationId,
    ...(projectId !== undefined && { project_id: projectId }),
    ...(requestId !== undefined && { request_id: requestId }),
    ...(version !== undefined && { version }),
  };
  const render = (more: JsonObject): string => JSON.stringify({ type, timestamp: at, data: { ...data, ...more } });
  if (object === undefined) return render({});
  const whole = render({ object });
  // The object can be asked for by its id, which is in the rest.
  return utf8Length(whole) <= MAX_BODY_BYTES ? whole : render({ object_omitted: true });
}

/** `amountNanoUsd` is `amount_usd`, an exact decimal; all else changes its name only. */
function toWire(payload: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]): [string, Json | undefined] => {
      if (name.endsWith('NanoUsd') && typeof value === 'string') {
        return [`${snakeCase(name.slice(0, -'NanoUsd'.length))}_usd`, nanoToUsd(parseNano(value))];
      }
      return [snakeCase(name), isObject(value) ? toWire(value) : value];
    }),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
