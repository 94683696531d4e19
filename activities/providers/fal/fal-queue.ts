import type { JsonObject } from '../../../workflows/contracts/json.js';
import { askJson } from '../ask-json.js';
import type { VendorHttp } from '../http.js';
import { jobFailed } from '../job-failed.js';
import { badResponse, requireObject } from '../json-answer.js';
import { asText } from '../json-fields.js';
import { lookJson } from '../look-json.js';
import { type MediaAttempt, ProviderFailure } from '../port.js';
import type { VendorJobRef, VendorJobs, VendorJobState, VendorJobStop } from '../vendor-jobs.js';

export interface FalAccount {
  readonly apiKey: string;
  /** Of the queue, for example `https://queue.fal.run`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}

/** What stands in the queue, whatever it makes. Every method throws a `ProviderFailure`. */
export interface FalQueue {
  submit(body: JsonObject, attempt: MediaAttempt): Promise<VendorJobRef>;
  /** `read` says what a result has come to, `otherwise` what failed where fal has no words for it. */
  check(
    question: Pick<VendorJobStop, 'job' | 'signal'>,
    read: (result: JsonObject) => VendorJobState,
    otherwise: string,
  ): Promise<VendorJobState>;
  readonly cancel: NonNullable<VendorJobs<'image'>['cancel']>;
}

/** fal's queue (https://docs.fal.ai/model-apis/model-endpoints/queue), which calls back where it is told to. */
export function createFalQueue({ apiKey, baseUrl, http }: FalAccount): FalQueue {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Key ${apiKey}` };
  return {
    submit: async (body, attempt) => {
      const { callbackUrl, offer } = attempt;
      const query = callbackUrl === undefined ? '' : `?fal_webhook=${encodeURIComponent(callbackUrl)}`;
      const target = { url: `${root}/${offer.vendorModel}${query}`, headers };
      const submitted = requireObject(await askJson(http, target, body, attempt));
      const at = (field: string): string => queueAddress(submitted, field, root);
      const id = asText(submitted['request_id']);
      return {
        ...{ status: at('status_url'), response: at('response_url'), cancel: at('cancel_url') },
        ...(id !== undefined && { id }),
      };
    },
    check: async ({ job, signal }, read, otherwise) => {
      const { status = '', response = '' } = job;
      const found = await lookJson(http, { url: status, headers }, signal);
      if (found['status'] !== 'COMPLETED') return { status: 'running' };
      const { error } = found;
      if (error !== undefined && error !== null) return jobFailed(found['error_type'], error, otherwise);
      try {
        return read(await lookJson(http, { url: response, headers }, signal));
      } catch (thrown) {
        const end = endOf(thrown);
        if (end) return end;
        throw thrown;
      }
    },
    cancel: async ({ job, signal }) => {
      const { cancel = '' } = job;
      (await http.putJson?.({ url: cancel, headers, body: '', signal }))?.discard();
    },
  };
}

/** What fal answers for a request that failed, and for none that it cannot tell of. */
const ENDS: ReadonlySet<number | undefined> = new Set([400, 422, 500]);

/** A request that failed is completed too: its result is the failure, with its status, and stays so. */
function endOf(error: unknown): VendorJobState | undefined {
  if (!(error instanceof ProviderFailure) || !ENDS.has(error.failure.httpStatus)) return undefined;
  return { status: 'failed', failure: error.failure, detail: error.detail };
}

/** An address that fal's queue has given for a request. The key goes to the vendor alone, whatever an answer names. */
function queueAddress(submitted: JsonObject, field: string, root: string): string {
  const url = asText(submitted[field]);
  if (url === undefined || !URL.canParse(url) || new URL(url).origin !== new URL(root).origin) {
    throw badResponse('The vendor took the request without a task.');
  }
  return url;
}
