import type { JsonObject } from '../../../workflows/contracts/json.js';
import { isRequestId } from '../../request-id.js';

/** What a rendering must know besides the events themselves. */
export interface RenderContext {
  /** Minted by the gateway; every id that we give is made of it. */
  readonly requestId: string;
  /** The model as asked, shown where the vendor did not name the one that answered. */
  readonly model: string;
  /** Seconds since the epoch, shown where the vendor named no time. */
  readonly createdAtSeconds: number;
  /** The caller's request, much of which a response repeats. */
  readonly request: JsonObject;
  /** Whether the response can be fetched later. */
  readonly stored: boolean;
  /** The response that the caller went on from, where it named one. */
  readonly previousResponseId?: string;
}

/** The hexadecimal digits of a request's id, of which the ids of its response and of its items are made. */
function digitsOf(requestId: string): string {
  return requestId.replace(/^req_/, '');
}

export function responseId(requestId: string): string {
  return `resp_${digitsOf(requestId)}`;
}

/** The request of a response's id; undefined where the id is none of ours. */
export function requestOfResponse(id: string): string | undefined {
  const requestId = id.replace(/^resp_/, 'req_');
  return requestId !== id && isRequestId(requestId) ? requestId : undefined;
}

export type ItemPrefix = 'msg' | 'fc' | 'ctc' | 'rs' | 'item';

/** The id of the item at this place of an output or input: the same each time that it is rendered. */
export function itemId(prefix: ItemPrefix, requestId: string, place: string): string {
  return `${prefix}_${digitsOf(requestId)}${place}`;
}

/** The place of an output item; those of input items begin with a letter that no number has. */
export function outputPlace(index: number): string {
  return index.toString(16).padStart(4, '0');
}
