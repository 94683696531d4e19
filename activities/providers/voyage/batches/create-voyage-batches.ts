import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { toJsonLines, uploadLines } from '../../batch-files.js';
import { requireText } from '../../json-answer.js';
import { readJson } from '../../look-json.js';
import { type BearerBatchesOptions, createBearerBatches } from '../../openai-compatible/batches/bearer-batches.js';
import type { BearerBatchesProfile } from '../../openai-compatible/batches/profiles.js';
import type { VendorBatches } from '../../port.js';
import type { VendorTarget } from '../../vendor-endpoint.js';
import { fromSharedRequest, toSharedRequest } from './shared-request.js';

/** "Model Availability" of the guide, of which `voyage-context-3` and the rerankers are asked at other addresses. */
const MODELS = [
  ...['voyage-4-large', 'voyage-4', 'voyage-4-lite', 'voyage-3-large', 'voyage-3.5', 'voyage-3.5-lite'],
  ...['voyage-code-3', 'voyage-code-2'],
];

/** "100K inputs per batch maximum"; the 100 MB are a careful limit of ours. */
const VOYAGE_BATCHES: BearerBatchesProfile = {
  ...{ maxLines: 100_000, maxBytes: 100_000_000 },
  takes: ({ kind, vendorModel }) => kind === 'embedding' && MODELS.includes(vendorModel),
};

const UPLOADED = 'input_file_id';

/**
 * Voyage's Batch API (https://docs.voyageai.com/docs/batch-inference, https://docs.voyageai.com/reference/create-batch): OpenAI's but for
 * what a line says. It has the inputs alone; the model and all else is said once, of the whole batch, in `request_params`.
 */
export function createVoyageBatches(options: BearerBatchesOptions): VendorBatches {
  const { apiKey, baseUrl, http } = options;
  const base = baseUrl.replace(/\/+$/, '');
  const at = (path: string): VendorTarget => ({
    url: `${base}${path}`,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const batches = createBearerBatches({ ...options, profile: VOYAGE_BATCHES });
  return {
    ...batches,
    capture: async (attempt) => toSharedRequest(await batches.capture(attempt)),
    upload: async ({ lines, signal }) => {
      const pieces = toJsonLines(lines, ({ customId, body }) => ({ custom_id: customId, body }));
      const file = await uploadLines({ http, target: at('/files'), pieces, signal });
      return { [UPLOADED]: requireText(file['id'], 'an id of its file') };
    },
    submit: async ({ key, endpoint, signal }, uploaded) => {
      const asked: JsonObject = {
        ...{ ...fromSharedRequest(endpoint), completion_window: '12h', metadata: { sluice_batch: key } },
        [UPLOADED]: uploaded?.[UPLOADED] ?? null,
      };
      const batch = await readJson(http.postJson({ ...at('/batches'), body: JSON.stringify(asked), signal }));
      return { id: requireText(batch['id'], 'an id') };
    },
  };
}
