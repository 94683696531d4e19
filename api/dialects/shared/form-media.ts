import type { StoredMedia } from '../../../workflows/contracts/call.js';
import type { FormFile } from '../../http/multipart-form.js';

export interface CarriedMedia {
  readonly type: 'base64';
  readonly mediaType: string;
  readonly data: string;
}

/** A file of a form as a call has it: its bytes, or where they rest. */
export function carriedOrStored(
  { head, bytes, storedId }: Pick<FormFile, 'head' | 'bytes' | 'storedId'>,
  mediaType: string,
): CarriedMedia | StoredMedia {
  return storedId === undefined
    ? { type: 'base64', mediaType, data: head.toString('base64') }
    : { type: 'stored', id: storedId, mediaType, bytes };
}
