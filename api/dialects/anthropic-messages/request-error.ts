import type { JsonObject } from '../../../workflows/contracts/json.js';

/** Why a request was not accepted, in the manner of the Messages API: the field's path stands in the message. */
export interface RequestError {
  /** For example `messages.0.content.1.source.data: Input should be valid base64`. */
  readonly message: string;
  /** What the vendor's own clients read of such an error, in `error.details`. */
  readonly details?: JsonObject;
}

export type Path = readonly PropertyKey[];

const PATH_LENGTH_MAX = 256;
const SEGMENT_LENGTH_MAX = 64;

/** `messages.0.content`; keys may be the caller's own, so what is echoed of them is short and printable. */
export function renderPath(path: Path): string {
  return path
    .map((segment) => printable(String(segment)))
    .join('.')
    .slice(0, PATH_LENGTH_MAX);
}

export function problemAt(path: Path, problem: string): RequestError {
  return { message: path.length === 0 ? problem : `${renderPath(path)}: ${problem}` };
}

export function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, SEGMENT_LENGTH_MAX);
}
