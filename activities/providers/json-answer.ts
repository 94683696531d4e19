import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { VendorResponse } from './http.js';
import { asObject, asText } from './json-fields.js';
import { ProviderFailure } from './port.js';

/** JSON of a vendor. Throws `bad_response` where it is none. */
export function parseVendorJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's own error quotes the text, which is content.
    throw badResponse('The vendor sent what is not JSON.');
  }
}

/** The data of an event. Throws `bad_response` where it is no JSON object. */
export function parseVendorEvent(data: string): JsonObject {
  const event = parseVendorJson(data);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw badResponse('The vendor sent an event that is no JSON object.');
  }
  return event as JsonObject;
}

/** Throws `bad_response` for anything else. */
export function requireObject(value: Json): JsonObject {
  const object = asObject(value);
  if (object === undefined) throw badResponse('The vendor sent what is no JSON object.');
  return object;
}

/** A name that a job cannot do without. Throws `bad_response` where it is missing. */
export function requireText(value: Json | undefined, what: string): string {
  const text = asText(value);
  if (text === undefined) throw badResponse(`The vendor took a job on without ${what}.`);
  return text;
}

/** Some vendors answer a streaming request in one piece, for example with an error under HTTP 200. */
export function isPlainJson({ headers }: VendorResponse): boolean {
  return mediaTypeOf(headers).startsWith('application/json');
}

export function isEventStream({ headers }: VendorResponse): boolean {
  return mediaTypeOf(headers).startsWith('text/event-stream');
}

export function isPlainText({ headers }: VendorResponse): boolean {
  return mediaTypeOf(headers).startsWith('text/plain');
}

export function toResponseNote({ vendorRequestId }: VendorResponse): { readonly vendorRequestId?: string } {
  return vendorRequestId === undefined ? {} : { vendorRequestId };
}

export function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}

function mediaTypeOf(headers: VendorResponse['headers']): string {
  return (headers['content-type'] ?? '').toLowerCase();
}
