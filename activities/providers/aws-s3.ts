import { Readable } from 'node:stream';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { AwsCredentials } from './aws-signature.js';
import { abortFailure, type VendorHttp, type VendorResponse } from './http.js';
import { badResponse } from './json-answer.js';
import { ProviderFailure } from './port.js';

/** An object of S3, or what the names of several begin with: `s3://bucket/key`. */
export type S3Uri = `s3://${string}`;

/**
 * Objects in buckets of one region, for vendors that fetch their work there and leave it there. Every method throws a
 * `ProviderFailure`; none has what an object holds in it.
 */
export interface S3Objects {
  /** Never holds more than a few megabytes of it. */
  put(object: S3Uri, pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Those whose names begin so, a thousand at most. */
  list(beginning: S3Uri, signal: AbortSignal): Promise<readonly S3Uri[]>;
  read(object: S3Uri, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** All whose names begin so, with what a `put` that broke off has left; succeeds where nothing is there. */
  removeAll(beginning: S3Uri, signal: AbortSignal): Promise<void>;
}

export interface S3Access {
  readonly region: string;
  /** Of a server that is not AWS's; the bucket stands in the path there. */
  readonly endpoint?: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly http: VendorHttp;
}

/** Two are held at once. S3 takes 10,000 an object. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const SENDS = 3;

/**
 * Amazon S3 by AWS's own client, which signs, splits what is long, and reads the XML; the bytes go by the way that all vendors are
 * reached by. The client is loaded with the first use, because it is large and most gateways do without.
 */
export function createS3Objects(access: S3Access): S3Objects {
  return {
    put: (object, pieces, signal) =>
      withClient(access, signal, async ({ Upload }, client) => {
        const body = Readable.from(pieces, { objectMode: false });
        const params = { ...placeOf(object), Body: body, ContentType: 'application/jsonl' };
        const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE });
        try {
          await upload.done();
        } finally {
          body.destroy();
        }
      }),
    list: (beginning, signal) => withClient(access, signal, (library, client) => list(library, client, beginning)),
    read: async function* (object, signal) {
      yield* await withClient(access, signal, async ({ GetObjectCommand }, client) => {
        const { Body } = await client.send(new GetObjectCommand(placeOf(object)));
        return (Body ?? Readable.from([])) as Readable;
      });
    },
    removeAll: (beginning, signal) =>
      withClient(access, signal, async (library, client) => {
        for (const object of await list(library, client, beginning)) {
          await client.send(new library.DeleteObjectCommand(placeOf(object)));
        }
        await abortUploads(library, client, beginning);
      }),
  };
}

async function list({ ListObjectsV2Command }: S3Library, client: Client, beginning: S3Uri): Promise<readonly S3Uri[]> {
  const { Bucket, Key } = placeOf(beginning);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
  return Contents.flatMap((one) => (one.Key === undefined ? [] : [`s3://${Bucket}/${one.Key}` as const]));
}

/** A process that died leaves parts, which no listing of objects shows, and which say what was to be sent. */
async function abortUploads(library: S3Library, client: Client, beginning: S3Uri): Promise<void> {
  const { ListMultipartUploadsCommand, AbortMultipartUploadCommand } = library;
  const { Bucket, Key: Prefix } = placeOf(beginning);
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  for (const { Key, UploadId } of Uploads) {
    // Servers that are not AWS's may leave the prefix unheeded.
    if (Key?.startsWith(Prefix)) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
}

function placeOf(uri: S3Uri): { readonly Bucket: string; readonly Key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(uri) ?? [];
  return { Bucket: bucket, Key: key };
}

type S3Library = Awaited<ReturnType<typeof loadS3>>;
type Client = InstanceType<S3Library['S3Client']>;

async function loadS3() {
  const [{ S3Client, ...commands }, { Upload }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/lib-storage'),
  ]);
  return { S3Client, Upload, ...commands };
}

/** A client for each use: it costs a millisecond, and the signal is its own. */
async function withClient<T>(
  access: S3Access,
  signal: AbortSignal,
  work: (library: S3Library, client: Client) => Promise<T>,
): Promise<T> {
  const { region, endpoint, credentials, http } = access;
  const library = await loadS3();
  const client = new library.S3Client({
    ...{ region, credentials, maxAttempts: SENDS, requestHandler: sendingBy(http, signal) },
    // Neither waits for leave to send; nor checks what it reads, which TLS has.
    ...{ expectContinueHeader: false, responseChecksumValidation: 'WHEN_REQUIRED' },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
  });
  try {
    return await work(library, client);
  } catch (error) {
    throw signal.aborted ? abortFailure(signal) : toFailure(error, library);
  }
}

/** A request as AWS's clients hand it on. */
interface AwsHttpRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly method: string;
  readonly path: string;
  readonly query?: { readonly [name: string]: string | readonly string[] | null };
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
}

/** Has AWS's client send by ours. */
function sendingBy(http: VendorHttp, signal: AbortSignal) {
  return {
    handle: async (request: AwsHttpRequest) => {
      const sent = { url: urlOf(request), headers: request.headers, signal };
      const { status, headers, stream } = await send(http, request, sent);
      return { response: { statusCode: status, headers, body: Readable.from(stream, { objectMode: false }) } };
    },
  };
}

function send(
  http: VendorHttp,
  { method, body }: AwsHttpRequest,
  sent: Omit<Parameters<VendorHttp['postJson']>[0], 'body'>,
): Promise<VendorResponse> {
  if (method === 'GET') return http.getJson(sent);
  if (method === 'DELETE' && http.deleteJson) return http.deleteJson(sent);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : new Uint8Array();
  if (method === 'POST') return http.postJson({ ...sent, body: '', bytes });
  if (method === 'PUT' && http.putJson) return http.putJson({ ...sent, body: '', bytes });
  throw new ProviderFailure({ class: 'internal' }, { message: `S3 cannot be sent a ${method} here.` });
}

function urlOf({ protocol, hostname, port, path, query = {} }: AwsHttpRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly string[]) : [value]).map(
      (one) => `${encode(name)}${one === null ? '' : `=${encode(String(one))}`}`,
    ),
  );
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return `${protocol}//${host}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** As signatures have it: all but what RFC 3986 leaves alone. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What S3 refuses is the bucket, or what the account may do there; no caller's words are ever at fault. */
function toFailure(error: unknown, { S3ServiceException }: S3Library): unknown {
  if (error instanceof ProviderFailure) return error;
  if (!(error instanceof S3ServiceException)) {
    // The library notes on what it could not read that it had been sent.
    const isAnswered = typeof error === 'object' && error !== null && '$response' in error;
    return isAnswered ? badResponse('S3 answered with what is not of S3.') : error;
  }
  const status = error.$metadata.httpStatusCode ?? 500;
  const failureClass: FailureClass =
    status === 429 || status === 503 ? 'overloaded' : status >= 500 ? 'vendor_error' : 'permission';
  return new ProviderFailure(
    { class: failureClass, httpStatus: status },
    { message: `S3 answered with HTTP ${status} (${error.name}).` },
  );
}
