import type { Page } from './access.js';

/**
 * What an object is: something that a model made, a file of a caller's, a piece of a file that is still being uploaded, or what
 * a request for a model has brought, which ends with that request and is shown to nobody.
 */
export type ObjectKind = 'output' | 'file' | 'part' | 'input';

export interface ObjectOwner {
  readonly organizationId: string;
  readonly projectId: string;
}

/** An object that is about to be stored. */
export interface NewObject extends ObjectOwner {
  readonly kind: ObjectKind;
  /** The request that made it, or that has brought it. */
  readonly requestId?: string;
  /** Which of its request's outputs it is, from 0: a step that runs once more finds what it has stored under this number. */
  readonly position?: number;
  /** The upload that it is a piece of. */
  readonly uploadId?: string;
  readonly purpose?: string;
  readonly filename?: string;
  /** As whoever sends it declares it; what the bytes themselves say goes before it. */
  readonly mediaType?: string;
  /** One byte more is refused as `file_too_large`. */
  readonly maxBytes: number;
  /** An RFC 3339 time; the stated retention of its kind where it is absent. */
  readonly expiresAt?: string;
  /** Where `expiresAt` is absent: kept as long at least, unless its project says a shorter time. */
  readonly atLeastUntil?: string;
}

/** What may be known of an object only when its last byte has come, as the fields of a form that stand behind its file. */
export type LateFields = Pick<NewObject, 'purpose' | 'expiresAt' | 'filename' | 'mediaType'>;

/** What is known of the bytes when the last of them has come. */
export interface ReadBytes {
  readonly bytes: number;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
  /** What they are by their own first bytes; absent where these say nothing, as those of text do. */
  readonly sniffedType?: string;
}

export interface StoredObject extends ObjectOwner {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly requestId?: string;
  readonly uploadId?: string;
  readonly purpose?: string;
  readonly filename?: string;
  readonly bytes: number;
  /** Of the bytes as they were sent, in lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly mediaType: string;
  /** RFC 3339 times. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Offsets of the first and the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ObjectQuery {
  readonly purpose?: string;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string;
  readonly before?: string;
}

/** Large things that outlive a request: streamed in and out, sealed, and gone when their time is over. */
export interface ObjectStore {
  /**
   * Stores what `bytes` gives, whole or not at all. `complete` is asked when the last byte has come and may still refuse.
   * @throws RefusalError `file_too_large`, `empty_file`; whatever `bytes` and `complete` throw.
   */
  put(
    object: NewObject,
    bytes: AsyncIterable<Uint8Array>,
    complete?: (read: ReadBytes) => Promise<LateFields>,
  ): Promise<StoredObject>;
  /** `undefined` for those of other projects, for inputs, for what is gone and for what is not whole yet. */
  find(projectId: string, id: string): Promise<StoredObject | undefined>;
  /** Without regard to whose it is: for whoever shows a URL that was signed for it. */
  findAnyone(id: string): Promise<StoredObject | undefined>;
  /** Files only. */
  list(projectId: string, query: ObjectQuery): Promise<Page<StoredObject>>;
  /** The bytes, or some of them; `undefined` where they went since the object was found. */
  read(
    object: Pick<StoredObject, 'id' | 'projectId'>,
    range?: ByteRange,
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** A URL that gives the bytes to anybody for so long, and never longer than the object lives. */
  signedUrl(object: StoredObject, seconds: number): Promise<string>;
  /** Destroys the key at once, and the bytes with it. False where there is no such object in the project. */
  destroy(projectId: string, id: string): Promise<boolean>;
  /** Destroys what a request has brought, unless that request has been accepted and has yet to end. */
  destroyInputs(requestId: string): Promise<void>;
}

export type UploadStatus = 'pending' | 'completed' | 'cancelled' | 'expired';

/** A file that comes in pieces, which may come side by side. */
export interface Upload extends ObjectOwner {
  readonly id: string;
  readonly status: UploadStatus;
  readonly purpose: string;
  readonly filename: string;
  readonly mediaType: string;
  /** The size that the whole is to have. */
  readonly bytes: number;
  /** Seconds from its completion to the file's end; the stated retention where it is absent. */
  readonly fileSeconds?: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Once it is completed, for as long as the file is there. */
  readonly file?: StoredObject;
}

export type NewUpload = Omit<Upload, 'id' | 'status' | 'createdAt' | 'expiresAt' | 'file'>;

export interface Uploads {
  create(upload: NewUpload): Promise<Upload>;
  /** @throws RefusalError `upload_not_found`, `upload_not_open`, `file_too_large`, `empty_file`. */
  addPart(owner: ObjectOwner, uploadId: string, bytes: AsyncIterable<Uint8Array>): Promise<StoredObject>;
  /**
   * Makes the file of the parts in this order. `md5` in hexadecimal digits.
   * @throws RefusalError `upload_not_found`, `upload_not_open`, `invalid_request` with the field that does not fit.
   */
  complete(owner: ObjectOwner, uploadId: string, partIds: readonly string[], md5?: string): Promise<Upload>;
  /** @throws RefusalError `upload_not_found`, `upload_not_open`. */
  cancel(owner: ObjectOwner, uploadId: string): Promise<Upload>;
}

/** Says who may read what by a URL alone. */
export interface UrlSignatures {
  /** Of an object's content until `expires`, in seconds since 1970. */
  sign(objectId: string, expires: number): string;
  /** True for what `sign` gave, and in a time that does not tell how near it was. */
  isGenuine(objectId: string, expires: number, signature: string): boolean;
}
