import type { JsonObject } from '../../../workflows/contracts/json.js';
import { askJson } from '../ask-json.js';
import type { VendorHttp } from '../http.js';
import { requireObject, requireText } from '../json-answer.js';
import { asObject } from '../json-fields.js';
import { lookJson } from '../look-json.js';
import type { MediaAttempt } from '../port.js';
import type { VendorJobRef, VendorJobs, VendorJobStop } from '../vendor-jobs.js';

export interface ModelStudioAccount {
  /** Of what is compatible with OpenAI (`…/compatible-mode/v1`), beside which the vendor's own API is. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
}

/** Tasks of the vendor's own API, whatever they make. Every method throws a `ProviderFailure`. */
export interface ModelStudioTasks {
  /** `path` is of what makes it, `/services/…`. */
  submit(path: string, body: JsonObject, attempt: MediaAttempt): Promise<VendorJobRef>;
  find(question: Pick<VendorJobStop, 'job' | 'signal'>): Promise<JsonObject>;
  readonly cancel: NonNullable<VendorJobs<'image'>['cancel']>;
}

/** Alibaba's Model Studio calls back by its cloud's event bus alone, so that the timer looks. */
export function createModelStudioTasks(account: ModelStudioAccount): ModelStudioTasks {
  const { http } = account;
  const { root, headers } = modelStudioAt(account);
  const at = ({ id = '' }: VendorJobRef): string => `${root}/tasks/${encodeURIComponent(id)}`;
  return {
    submit: async (path, body, attempt) => {
      const target = { url: `${root}${path}`, headers: { ...headers, 'x-dashscope-async': 'enable' } };
      const answer = requireObject(await askJson(http, target, body, attempt));
      return { id: requireText(asObject(answer['output'])?.['task_id'], 'a task_id') };
    },
    find: ({ job, signal }) => lookJson(http, { url: at(job), headers }, signal),
    // It ends tasks that wait; those that run go on.
    cancel: async ({ job, signal }) => {
      (await http.postJson({ url: `${at(job)}/cancel`, headers, body: '{}', signal })).discard();
    },
  };
}

/** Where the vendor's own API is, and what it is shown. */
export function modelStudioAt({ baseUrl, apiKey }: Omit<ModelStudioAccount, 'http'>): {
  readonly root: string;
  readonly headers: { readonly [name: string]: string };
} {
  return {
    root: `${baseUrl.replace(/\/+$/, '').replace(/\/compatible-mode\/v1$/, '')}/api/v1`,
    headers: { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
  };
}
