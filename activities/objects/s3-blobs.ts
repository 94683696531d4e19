import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { type Blobs, checkName } from './blobs.js';

/** How a bucket is reached. */
export interface S3Place {
  readonly bucket: string;
  readonly region: string;
  /** Of a server that is not AWS's. */
  readonly endpoint?: string;
  /** Whether the bucket stands in the path instead of in the host's name. */
  readonly pathStyle: boolean;
  /** Before every name, without a slash at its end. */
  readonly prefix?: string;
  /** Absent for what AWS's own tools would find. */
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** How the server is told to seal what it keeps; absent where it comes sealed. */
  readonly serverSide?: { readonly kmsKeyId?: string };
}

/** Two of them are held at once a writer. S3 takes 10,000 of them a blob: 80 GB. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;
const retryAfterMs = 2_000;
/** Each that is read has one for as long as its reader takes; of the usual 50 slow readers would leave none to anybody else. */
const sockets = { keepAlive: true, maxSockets: 2_000 };
/** Seven days, by the definition of version 4 signatures. */
const longestSignatureSeconds = 604_800;

/** Blobs in a bucket of S3, or of what speaks as S3 does. */
export function createS3Blobs(place: S3Place): Blobs {
  const client = createClient(place);
  const located = (name: string) => ({
    Bucket: place.bucket,
    Key: `${place.prefix === undefined ? '' : `${place.prefix}/`}${checkName(name)}`,
  });

  return {
    put: (name, bytes, mediaType) =>
      orUnavailable(async () => {
        const body = Readable.from(bytes, { objectMode: false });
        const params = { ...located(name), Body: body, ContentType: mediaType, ...sealedBy(place) };
        const upload = new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce });
        try {
          await upload.done();
        } finally {
          body.destroy();
        }
      }),
    read: (name, range) =>
      orUnavailable(async () => {
        const part = range && { Range: `bytes=${range.start}-${range.end}` };
        try {
          const { Body } = await client.send(new GetObjectCommand({ ...located(name), ...part }));
          return Body as Readable | undefined;
        } catch (error) {
          if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return undefined;
          throw error;
        }
      }),
    erase: (name) =>
      orUnavailable(async () => {
        await client.send(new DeleteObjectCommand(located(name)));
        await abortUploads(client, located(name));
      }),
    signedUrl: (name, seconds) => {
      const command = new GetObjectCommand({ ...located(name), ResponseContentDisposition: 'attachment' });
      return getSignedUrl(client, command, { expiresIn: Math.min(seconds, longestSignatureSeconds) });
    },
    close: () => client.destroy(),
  };
}

function createClient({ region, endpoint, pathStyle, keys }: S3Place): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 3,
    // The default since 2025 too, and said here because what is kept must be what was sent.
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000, httpAgent: sockets, httpsAgent: sockets },
    ...(endpoint !== undefined && { endpoint }),
    ...(keys && { credentials: keys }),
  });
}

function sealedBy({ serverSide }: S3Place): Partial<PutObjectCommandInput> {
  if (serverSide === undefined) return {};
  if (serverSide.kmsKeyId === undefined) return { ServerSideEncryption: 'AES256' };
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: serverSide.kmsKeyId };
}

/** A writer that died leaves parts of an upload, which no listing of objects shows, and which are paid for all the same. */
async function abortUploads(client: S3Client, blob: { readonly Bucket: string; readonly Key: string }): Promise<void> {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: blob.Bucket, Prefix: blob.Key }),
  );
  for (const { Key, UploadId } of Uploads) {
    if (Key === blob.Key) await client.send(new AbortMultipartUploadCommand({ ...blob, UploadId }));
  }
}

/** A store that cannot be reached, or says that it is busy, is away for a moment; what else it says is a fault of ours. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAway(error)) throw error;
    throw refuse('unavailable', 'The object store cannot be reached at the moment. Try again in a moment.', {
      retryAfterMs,
    });
  }
}

function isAway(error: unknown): boolean {
  if (error instanceof S3ServiceException) {
    return (error.$metadata.httpStatusCode ?? 0) >= 500 || error.name === 'SlowDown';
  }
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return (
    name === 'TimeoutError' ||
    (typeof code === 'string' && /^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|AI_AGAIN|NOTFOUND)/.test(code))
  );
}
