import { z } from 'zod';
import { httpUrl, wholeNumber } from './setting-types.js';

/** A bucket and what comes before all names in it, as `CreateModelInvocationJob` takes it; comes out without a slash at its end. */
const s3Bucket = z
  .string()
  .regex(
    /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](\/[-!_*'().a-z0-9A-Z]+)*\/?$/,
    'is not s3://bucket or s3://bucket/prefix',
  )
  .max(512, 'is longer than 512 characters')
  .transform((text) => text.replace(/\/$/, '') as `s3://${string}`);

/** As above, of Cloud Storage (https://cloud.google.com/storage/docs/buckets#naming). */
const gsBucket = z
  .string()
  .regex(
    /^gs:\/\/[a-z0-9][-._a-z0-9]{1,220}[a-z0-9](\/[-_.A-Za-z0-9]+)*\/?$/,
    'is not gs://bucket or gs://bucket/prefix',
  )
  .max(512, 'is longer than 512 characters')
  .transform((text) => text.replace(/\/$/, '') as `gs://${string}`);

/** What vendors need besides to run batches of their own: clouds a bucket that the lines and the answers lie in, Fireworks the account. */
export const cloudBatchSettings = {
  SLUICE_BEDROCK_BATCH_BUCKET: {
    type: s3Bucket.optional(),
    fix: 'Set it to a bucket in the region of SLUICE_BEDROCK_REGION, for example s3://my-bucket/sluice, or leave it out: no batches go to Bedrock then.',
  },
  SLUICE_BEDROCK_BATCH_ROLE_ARN: {
    type: z
      .string()
      .regex(/^arn:aws(-[^:]+)?:iam::\d{12}:role\/.+$/, 'is not the ARN of a role')
      .optional(),
    fix: 'Set it to the ARN of the service role that Bedrock reads and writes that bucket by, for example arn:aws:iam::123456789012:role/batches.',
  },
  SLUICE_BEDROCK_BATCH_MIN_RECORDS: {
    type: wholeNumber(1, 50_000).default(100),
    fix: 'Set it to the quota "Minimum number of records per batch inference job" of your account, or leave it out for 100.',
  },
  SLUICE_BEDROCK_BATCH_BASE_URL: {
    type: httpUrl.optional(),
    fix: 'Set it to a URL such as https://bedrock.us-east-1.amazonaws.com, or leave it out.',
  },
  SLUICE_BEDROCK_BATCH_S3_URL: {
    type: httpUrl.optional(),
    fix: 'Set it to the URL of a server that speaks S3, or leave it out for AWS.',
  },
  SLUICE_FIREWORKS_ACCOUNT: {
    type: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'is not the id of an account')
      .optional(),
    fix: 'Set it to the id of the account that FIREWORKS_API_KEY is of, for example my-account, or leave it out: no batches go to Fireworks then.',
  },
  SLUICE_VERTEX_BATCH_BUCKET: {
    type: gsBucket.optional(),
    fix: 'Set it to a bucket that the project may read and write, for example gs://my-bucket/sluice, or leave it out: no batches go to Vertex AI then.',
  },
  SLUICE_VERTEX_BATCH_STORAGE_URL: {
    type: httpUrl.optional(),
    fix: 'Set it to a URL such as https://storage.googleapis.com, or leave it out.',
  },
};
