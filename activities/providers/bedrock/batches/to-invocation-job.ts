import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { S3Uri } from '../../aws-s3.js';
import type { CapturedRequest } from '../../captured-exchange.js';
import { ProviderFailure } from '../../port.js';

/** How a job calls its model (`ModelInvocationType`), by the operation that a request by itself would be sent to. */
const TYPES: { readonly [operation: string]: string | undefined } = { converse: 'Converse', invoke: 'InvokeModel' };

/** A job takes a day at least to end by itself, and a week at most. */
const TIMEOUT_HOURS = 24;

/**
 * What the lines of one job have in common: how its model is called, and which it is. Throws `model_not_found` for what Bedrock has no
 * batches for: "Records that include toolConfig fail with a 400 error"
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html), where they would be answered by themselves.
 */
export function toJobEndpoint({ url, body }: CapturedRequest): string {
  const [, modelId = '', operation = ''] = /\/model\/([^/]+)\/([a-z-]+)$/.exec(url) ?? [];
  const type = TYPES[operation];
  if (type === undefined) throw noBatches('This request cannot be put in a batch of Bedrock.');
  if ('toolConfig' in body) throw noBatches('Batches of Bedrock take no tools by Converse.');
  return `${type} ${decodeURIComponent(modelId)}`;
}

export interface InvocationJob {
  readonly key: string;
  readonly endpoint: string;
  readonly input: S3Uri;
  readonly roleArn: string;
}

/** `CreateModelInvocationJobRequest`. */
export function toInvocationJob({ key, endpoint, input, roleArn }: InvocationJob): JsonObject {
  const [modelInvocationType = '', modelId = ''] = endpoint.split(' ');
  return {
    ...{ jobName: toJobName(key), clientRequestToken: toToken(key), roleArn, modelId, modelInvocationType },
    inputDataConfig: { s3InputDataConfig: { s3InputFormat: 'JSONL', s3Uri: input } },
    outputDataConfig: { s3OutputDataConfig: { s3Uri: `${folderOf(input)}output/` } },
    timeoutDurationInHours: TIMEOUT_HOURS,
  };
}

/** The name that a job is found by. */
export function toJobName(key: string): string {
  return `sluice-${toToken(key)}`;
}

/** Names and tokens have no underscores. */
function toToken(key: string): string {
  return key.replaceAll('_', '-');
}

export function inputOf(bucket: S3Uri, key: string): S3Uri {
  return `${bucket}/${key}/input.jsonl`;
}

/** Where all of a batch is, up to and with the last slash. */
export function folderOf(input: string): S3Uri {
  return input.slice(0, input.lastIndexOf('/') + 1) as S3Uri;
}

function noBatches(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'model_not_found' }, { message });
}
