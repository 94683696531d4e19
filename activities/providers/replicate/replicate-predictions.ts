import type { JsonObject } from '../../../workflows/contracts/json.js';
import { askJson } from '../ask-json.js';
import type { VendorHttp } from '../http.js';
import { requireObject, requireText } from '../json-answer.js';
import { lookJson } from '../look-json.js';
import type { MediaAttempt } from '../port.js';
import type { VendorJobRef, VendorJobs, VendorJobStop } from '../vendor-jobs.js';

export interface ReplicateAccount {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}

/** Predictions, whatever they make. Every method throws a `ProviderFailure`. */
export interface ReplicatePredictions {
  submit(input: JsonObject, attempt: MediaAttempt): Promise<VendorJobRef>;
  find(question: Pick<VendorJobStop, 'job' | 'signal'>): Promise<JsonObject>;
  readonly cancel: NonNullable<VendorJobs<'image'>['cancel']>;
}

/**
 * Predictions of official models (https://replicate.com/docs/reference/http#models.predictions.create). None is held open until it is
 * done: its id is to be known as soon as it is taken on. What the webhook tells of is the end alone.
 */
export function createReplicatePredictions({ apiKey, baseUrl, http }: ReplicateAccount): ReplicatePredictions {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  const at = ({ id = '' }: VendorJobRef): string => `${root}/predictions/${encodeURIComponent(id)}`;
  return {
    submit: async (input, attempt) => {
      const { callbackUrl, offer } = attempt;
      const url = `${root}/models/${offer.vendorModel}/predictions`;
      const webhook = callbackUrl === undefined ? {} : { webhook: callbackUrl, webhook_events_filter: ['completed'] };
      const taken = requireObject(await askJson(http, { url, headers }, { input, ...webhook }, attempt));
      return { id: requireText(taken['id'], 'an id') };
    },
    find: ({ job, signal }) => lookJson(http, { url: at(job), headers }, signal),
    cancel: async ({ job, signal }) => {
      (await http.postJson({ url: `${at(job)}/cancel`, headers, body: '{}', signal })).discard();
    },
  };
}
