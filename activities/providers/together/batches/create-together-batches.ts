import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { LINES_FILE, toJsonLines, uploadLines, withoutStream } from '../../batch-files.js';
import { requireText } from '../../json-answer.js';
import { asObject } from '../../json-fields.js';
import { lookJsonList, readJson } from '../../look-json.js';
import { type BearerBatchesOptions, createBearerBatches } from '../../openai-compatible/batches/bearer-batches.js';
import type { BearerBatchesProfile } from '../../openai-compatible/batches/profiles.js';
import type { VendorBatches, VendorBatchRef } from '../../port.js';
import type { VendorTarget } from '../../vendor-endpoint.js';

/** https://docs.together.ai/docs/inference/batch/overview: 50,000 requests and 100 MB, 10 MB a line. */
const TOGETHER_BATCHES: BearerBatchesProfile = {
  ...{ maxLines: 50_000, maxBytes: 100_000_000, maxLineBytes: 10_000_000 },
  takes: ({ kind }) => kind === 'chat',
};

const UPLOADED = 'input_file_id';

/**
 * Together's Batch API (https://docs.together.ai/docs/inference/batch/tutorial, https://docs.together.ai/reference/batch-create): OpenAI's but
 * for how a batch comes about. Files go to an address of their own in a form of their own, lines name no address, a hand-in is answered
 * with the batch in a `job`, and all batches are one list. Nothing can be told of a batch, so that it is found by its file.
 */
export function createTogetherBatches(options: BearerBatchesOptions): VendorBatches {
  const { apiKey, baseUrl, http } = options;
  const base = baseUrl.replace(/\/+$/, '');
  const at = (path: string): VendorTarget => ({
    url: `${base}${path}`,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  return {
    ...createBearerBatches({ ...options, profile: TOGETHER_BATCHES }),
    upload: async ({ lines, signal }) => {
      const pieces = toJsonLines(lines, ({ customId, body }) => ({ custom_id: customId, body: withoutStream(body) }));
      const fields = { purpose: 'batch-api', file_name: LINES_FILE };
      const file = await uploadLines({ http, target: at('/files/upload'), fields, pieces, signal });
      return { [UPLOADED]: requireText(file['id'], 'an id of its file') };
    },
    submit: async ({ endpoint, signal }, uploaded) => {
      const body = JSON.stringify({ [UPLOADED]: uploaded?.[UPLOADED], endpoint, completion_window: '24h' });
      const { job } = await readJson(http.postJson({ ...at('/batches'), body, signal }));
      return refOf(asObject(job));
    },
    find: async ({ uploaded }, signal) => {
      const file = uploaded?.[UPLOADED];
      if (file === undefined) return undefined;
      const batches = await lookJsonList(http, at('/batches'), signal);
      const found = batches.find((batch) => batch[UPLOADED] === file);
      return found && refOf(found);
    },
  };
}

function refOf(batch: JsonObject | undefined): VendorBatchRef {
  return { id: requireText(batch?.['id'], 'an id') };
}
