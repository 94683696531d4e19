import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Stack } from '../../infra/local/stack.js';
import type { SpawnedFakeVendor } from '../fake-vendor/client.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import type { CallSpec } from './caller.js';
import type { KeptFacts } from './facts.js';
import type { Looks } from './looks.js';
import type { Storing } from './stored-calls.js';

/** What of the world it takes to find what is kept. */
interface StoredWorld {
  readonly database: Looks;
  readonly stack: Stack;
  readonly vendor: SpawnedFakeVendor;
  readonly storing: Storing;
}

/** A project that keeps answers, and a response of it, made before anything is killed. */
export async function startStoring(stack: Stack): Promise<Storing> {
  const projects = '/v1/organization/projects';
  const { id } = await send(stack, stack.adminKey, 'POST', projects, {
    name: 'kept',
    stored_answer_retention_ms: 3_600_000,
  });
  const key = await send(stack, stack.adminKey, 'POST', `${projects}/${String(id)}/api_keys`, { name: 'kept' });
  const apiKey = String(key['value']);
  const root = { model: 'openai/gpt-4o-mini', input: 'There was a river.', max_output_tokens: 24 };
  const { id: previous } = await send(stack, apiKey, 'POST', '/v1/responses', root);
  return { apiKey, previous: String(previous) };
}

/**
 * What is kept of each stored call once all is quiet: the answer by its id, what goes on from it, and that it is gone once it
 * is destroyed. Nothing of a call that left no answer to find.
 */
export async function followStored(
  world: StoredWorld,
  specs: readonly CallSpec[],
): Promise<ReadonlyMap<string, KeptFacts>> {
  const kept = new Map<string, KeptFacts>();
  for (const spec of specs.filter(({ stored }) => stored === true)) {
    const [row] = await world.database.query<{ id: string }>(
      `SELECT request_id AS id FROM requests.stored WHERE metadata->>'tag' = $1`,
      [spec.tag],
    );
    if (row !== undefined) kept.set(spec.tag, await followOne(world, spec, row.id));
  }
  return kept;
}

async function followOne(
  { stack, vendor }: StoredWorld,
  { path, apiKey = '' }: CallSpec,
  requestId: string,
): Promise<KeptFacts> {
  const isResponse = path === '/v1/responses';
  const id = isResponse ? requestId.replace('req_', 'resp_') : `chatcmpl-${requestId}`;
  const at = `${String(path)}/${id}`;
  const found = await ask(stack, apiKey, 'GET', at);
  const whole = isResponse && found.body['status'] === 'completed';
  const question = 'And what does it say then?';
  const next = { model: 'openai/gpt-4o-mini', input: question, max_output_tokens: 24, previous_response_id: id };
  const continued = whole ? await ask(stack, apiKey, 'POST', '/v1/responses', next) : undefined;
  const sent = continued && JSON.stringify((await vendor.log()).at(-1)?.body);
  const destroyed = await ask(stack, apiKey, 'DELETE', at);
  const gone = await ask(stack, apiKey, 'GET', at);
  return {
    requestId,
    found,
    ...(continued && { continued: { ...continued, expectedText: fakeAnswerText(question), sent: sent ?? '' } }),
    destroyed: destroyed.status,
    gone: gone.status,
  };
}

async function send(stack: Stack, key: string, method: string, path: string, body: object): Promise<JsonObject> {
  const answer = await ask(stack, key, method, path, body);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function ask({ baseUrl }: Stack, key: string, method: string, path: string, body?: object) {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as JsonObject };
}
