import type { ListedModel, ModelChange, OperatorModels } from '../../workflows/contracts/catalogue.js';
import type { Model } from '../../workflows/contracts/models.js';
import { mergeQuality } from '../../workflows/domain/model-quality.js';

const MODEL: Model = {
  ...{ id: 'openai/gpt-x', maker: 'openai', name: 'GPT X', capabilities: ['tools'] },
  ...{ modalities: { input: ['text'], output: ['text'] }, contextWindow: 8_192, maxOutputTokens: 1_024 },
};

/** One model in memory, described as somebody likes. */
export function createFakeModels(): OperatorModels {
  let listed: ListedModel = { id: MODEL.id, model: MODEL, changed: [] };
  const changes: ModelChange[] = [];
  return {
    list: async () => ({ data: [listed], hasMore: false }),
    describe: async ({ keyId }, modelId, { fields, reason }) => {
      const at = '2026-11-01T00:00:00.000Z';
      const id = `change_${changes.length + 1}`;
      changes.push({ id, modelId, fields, reason, effectiveFrom: at, createdAt: at, keyId });
      const { quality: figures, ...told } = fields;
      const quality = mergeQuality(MODEL.quality, figures);
      const model = { ...MODEL, ...told, ...(quality && { quality }) };
      listed = { id: modelId, model, changed: Object.keys(fields) as (keyof typeof fields)[] };
      return listed;
    },
    history: async () => ({ data: changes, hasMore: false }),
  };
}
