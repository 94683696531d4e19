import { setTimeout as pause } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import { run, setup } from './run.mjs';

const client = new Anthropic({ baseURL: setup.origin, apiKey: setup.apiKey, maxRetries: 0 });
const params = { model: setup.models[0], max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
const { batches } = client.messages;

async function ended(id) {
  for (;;) {
    const batch = await batches.retrieve(id);
    if (batch.processing_status === 'ended') return batch;
    await pause(200);
  }
}

await run(['@anthropic-ai/sdk'], {
  batches: async () => {
    const requests = [
      { custom_id: 'one', params },
      { custom_id: 'two', params: { ...params, model: 'nobody/knows-it' } },
    ];
    const made = await batches.create({ requests });
    const over = await ended(made.id);
    const results = [];
    for await (const { custom_id: id, result } of await batches.results(made.id)) {
      results.push([id, result.type, result.message?.content[0].text ?? result.error.error.type]);
    }
    const listed = [];
    for await (const { id } of batches.list({ limit: 1 })) listed.push(id);
    const late = await batches.cancel(made.id);
    const deleted = await batches.delete(made.id);
    const gone = await batches.retrieve(made.id).catch((error) => error.constructor.name);
    const counts = over.request_counts;
    return {
      status: made.processing_status,
      counts,
      results,
      listed: listed.length,
      late: late.processing_status,
      deleted: deleted.type,
      gone,
    };
  },
});
