import { askJson } from '../../ask-json.js';
import { requireObject, requireText } from '../../json-answer.js';
import { readJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { type FireworksAccount, workflowsAt } from './create-fireworks-images.js';
import { fromFireworksTask, isTask, toFireworks } from './fireworks-images.js';

/** Pictures of FLUX Kontext, whose requests are tasks. They cannot be stopped. */
export function createFireworksImageJobs(account: FireworksAccount): VendorJobs<'image'> {
  const { http } = account;
  const { at, headers } = workflowsAt(account);
  return {
    takes: ({ vendorModel }) => isTask(vendorModel),
    submit: async (attempt) => {
      const { vendorModel } = attempt.offer;
      const { body } = toFireworks(attempt.call, vendorModel);
      const taken = requireObject(await askJson(http, { url: at(vendorModel), headers }, body, attempt));
      return { id: requireText(taken['request_id'], 'a request_id') };
    },
    check: async ({ call, offer: { vendorModel }, job: { id = '' }, signal }) => {
      const { warnings } = toFireworks(call, vendorModel);
      const url = `${at(vendorModel)}/get_result`;
      const found = await readJson(http.postJson({ url, headers, body: JSON.stringify({ id }), signal }));
      return fromFireworksTask(found, warnings, id);
    },
  };
}
