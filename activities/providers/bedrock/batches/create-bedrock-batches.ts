import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { Offer } from '../../../../workflows/contracts/offers.js';
import type { S3Objects, S3Uri } from '../../aws-s3.js';
import { fromJsonLines, toJsonLines } from '../../batch-files.js';
import { answeringHttp, captureRequest } from '../../captured-exchange.js';
import type { VendorHttp } from '../../http.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asText } from '../../json-fields.js';
import { readJsonLines } from '../../json-lines.js';
import { lookJson, readJson, succeedUnlessGone } from '../../look-json.js';
import type { VendorBatches, VendorBatchRef } from '../../port.js';
import { ProviderFailure } from '../../port.js';
import type { AnsweredProvider } from '../../vendor-batches.js';
import { placeOf } from '../model-place.js';
import type { ControlPlaneEndpoint } from './control-plane.js';
import { fromInvocationJob, fromOutputRecord } from './from-invocation-job.js';
import { folderOf, inputOf, toInvocationJob, toJobEndpoint, toJobName } from './to-invocation-job.js';

/** What an account needs to have batches. */
export interface BedrockBatchPlace {
  /** `s3://bucket`, with what comes before all names in it, without a slash at its end; in the account's own region. */
  readonly bucket: S3Uri;
  /** The service role that Bedrock reads and writes there by. */
  readonly roleArn: string;
  /** The quota "Minimum number of records per batch inference job" of its account. */
  readonly minLines: number;
}

export interface BedrockBatchesOptions extends BedrockBatchPlace {
  readonly region: string;
  readonly endpoint: ControlPlaneEndpoint;
  readonly objects: S3Objects;
  readonly http: VendorHttp;
  /** What answers single requests, by another way of sending, which is shown no credential. */
  readonly providerBy: (http: VendorHttp) => AnsweredProvider;
}

const UPLOADED = 'input';

/**
 * Titan Text Embeddings V2 and Titan Multimodal Embeddings G1, the models of vectors that Bedrock lists for batches
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-supported.html). Their answers themselves tell what they took, which
 * those of others tell in a header.
 */
const BATCHED_EMBEDDINGS = /^amazon\.titan-embed-(text-v2|image-v1)/;

/**
 * Amazon Bedrock's batch inference (https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html): a file of records in S3, a
 * job, and a file of answers beside it. Between 100 and 50,000 records and 1 GB a job
 * (https://docs.aws.amazon.com/general/latest/gr/bedrock.html). A job's description stays, without content; nothing can delete it.
 */
export function createBedrockBatches(options: BedrockBatchesOptions): VendorBatches {
  const { region, bucket, roleArn, minLines, endpoint, objects, http, providerBy } = options;
  const look = async (path: string, signal: AbortSignal): Promise<JsonObject> =>
    lookJson(http, await endpoint.get(path), signal);
  return {
    maxLines: 50_000,
    maxBytes: 1_000_000_000,
    minLines,
    takes: (offer) => isBatched(offer) && isOf(region, offer),
    capture: async (attempt) => {
      const captured = await captureRequest(providerBy, attempt);
      return { endpoint: toJobEndpoint(captured), body: captured.body };
    },
    answering: (answer) => providerBy(answeringHttp(answer)),
    upload: async ({ key, lines, signal }) => {
      const input = inputOf(bucket, key);
      // https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
      const records = toJsonLines(lines, ({ customId, body }) => ({ recordId: customId, modelInput: body }));
      await objects.put(input, records, signal);
      return { [UPLOADED]: input };
    },
    submit: async ({ key, endpoint: common, signal }, uploaded) => {
      const input = requireText(uploaded?.[UPLOADED], 'its file') as S3Uri;
      const sent = await endpoint.post(
        '/model-invocation-job',
        toInvocationJob({ key, endpoint: common, input, roleArn }),
      );
      return refOf(await readJson(http.postJson({ ...sent, signal })));
    },
    find: async ({ key }, signal) => {
      const name = toJobName(key);
      const { invocationJobSummaries } = await look(
        `/model-invocation-jobs?maxResults=100&nameContains=${name}`,
        signal,
      );
      const found = asObjects(invocationJobSummaries).find(({ jobName }) => jobName === name);
      return found && refOf(found);
    },
    check: async (batch, signal) => {
      const ended = fromInvocationJob(await look(pathOf(batch), signal));
      if (ended === undefined) return { status: 'running' };
      // Beside the answers lies a manifest.
      const written = await objects.list(ended.output as S3Uri, signal);
      const results = written.filter((name) => name.endsWith('.jsonl.out'));
      return { status: 'ended', results, missing: ended.missing };
    },
    results: (where, signal) => fromJsonLines(readJsonLines(objects.read(where as S3Uri, signal)), fromOutputRecord),
    cancel: async (batch, signal) => {
      const sent = await endpoint.post(`${pathOf(batch)}/stop`, {});
      await succeedUnlessGone(http.postJson({ ...sent, signal }));
    },
    remove: async ({ uploaded }, signal) => {
      const input = asText(uploaded?.[UPLOADED]);
      if (input !== undefined) await objects.removeAll(folderOf(input), signal);
    },
  };
}

function isBatched({ kind, vendorModel }: Offer): boolean {
  return kind === 'chat' || (kind === 'embedding' && BATCHED_EMBEDDINGS.test(vendorModel));
}

/** The bucket is in the account's own region, and so are the jobs. */
function isOf(region: string, offer: Offer): boolean {
  try {
    return placeOf(offer, region).region === region;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return false;
  }
}

function pathOf(batch: VendorBatchRef): string {
  return `/model-invocation-job/${encodeURIComponent(batch['id'] ?? '')}`;
}

/** A job is asked about by the last part of its ARN as well, which has no slash. */
function refOf({ jobArn }: JsonObject): VendorBatchRef {
  return { id: requireText(jobArn, 'an ARN').replace(/^.*\//, '') };
}
