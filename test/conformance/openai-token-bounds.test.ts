import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseChatRequest } from '../../api/dialects/openai-chat/parse-chat-request.js';
import { toChatCall } from '../../api/dialects/openai-chat/to-chat-call.js';
import { withTokens } from '../../api/tokens/count-call.js';
import { tokenizerOf } from '../../infra/catalogue/generate/tokenizers.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { demandOf } from '../../workflows/domain/demand.js';
import { inputTokenBound } from '../../workflows/domain/pricing.js';
import { offer } from '../../workflows/domain/test-values.js';

const FILE = resolve(import.meta.dirname, '../../../shared/recordings/http/openai.chat.jsonl');

interface Recording {
  readonly file: string;
  readonly n: number;
  readonly status: number;
  readonly request: JsonObject & { readonly model: string };
  readonly response: { readonly json?: unknown; readonly text?: string };
}

/** What was held for one recorded call by its bytes and by its tokens, and what the vendor said that it had. */
interface Bounds {
  readonly name: string;
  readonly kind: 'text' | 'tools or schemas';
  readonly reported: number;
  readonly byBytes: number;
  readonly byTokens: number;
}

function reportedInput({ response }: Recording): number | undefined {
  const text = response.text ?? JSON.stringify(response.json);
  // The last report counts: a stream may have several.
  return [...text.matchAll(/"prompt_tokens": ?(\d+)/g)].map(([, tokens]) => Number(tokens)).at(-1);
}

async function boundsOf(recording: Recording): Promise<Bounds | undefined> {
  const reported = reportedInput(recording);
  const tokenizer = tokenizerOf(recording.request.model);
  const parsed = parseChatRequest(recording.request);
  if (reported === undefined || tokenizer === undefined || !parsed.ok) return undefined;
  const call = toChatCall(parsed.request);
  const sold = offer({ contextWindow: 1_000_000 });
  const demand = await withTokens(demandOf(call), call, [{ ...sold, tokenizer }]);
  // Images, files and sound have bounds of their own, and searches come from elsewhere.
  if (demand.tokens === undefined || demand.images > 0) return undefined;
  return {
    name: `${recording.file} #${recording.n}`,
    kind: call.tools.length > 0 || call.format !== undefined ? 'tools or schemas' : 'text',
    reported,
    byBytes: inputTokenBound(sold, demand) ?? 0,
    byTokens: inputTokenBound({ ...sold, tokenizer }, demand) ?? 0,
  };
}

const present = existsSync(FILE);
if (!present) console.warn(`skipped: ${FILE} is absent`);

describe.skipIf(!present)('the bound on input of what OpenAI’s models were asked', async () => {
  const lines = present ? readFileSync(FILE, 'utf8').trim().split('\n') : [];
  const recordings = lines.map((line) => JSON.parse(line) as Recording).filter(({ status }) => status === 200);
  const bounds = (await Promise.all(recordings.map(boundsOf))).flatMap((one) => one ?? []);

  it('is never below what the vendor reported', () => {
    expect(bounds.length).toBeGreaterThan(150);
    expect(bounds.filter(({ byTokens, reported }) => byTokens < reported)).toEqual([]);
  });

  it.each([
    ['text', 0.35],
    ['tools or schemas', 0.5],
  ] as const)('of %s is a fraction of what its bytes would hold', (kind, most) => {
    const ofKind = bounds.filter((one) => one.kind === kind);
    const sum = (field: 'reported' | 'byBytes' | 'byTokens') => ofKind.reduce((total, one) => total + one[field], 0);
    const [reported, byBytes, byTokens] = [sum('reported'), sum('byBytes'), sum('byTokens')];
    console.info(`${kind}: ${ofKind.length} calls: ${reported} reported, ${byTokens} by tokens, ${byBytes} by bytes`);
    expect(byTokens / byBytes).toBeLessThan(most);
  });
});
