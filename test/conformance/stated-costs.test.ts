import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asObject } from '../../activities/providers/json-fields.js';
import { fromOpenAiChatUsage } from '../../activities/providers/openai-compatible/chat/openai-chat-usage.js';
import { fromResponsesUsage } from '../../activities/providers/openai/responses/responses-usage.js';
import { statedCost } from '../../activities/providers/stated-cost.js';
import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { parseDecimal, powerOfTen } from '../../workflows/domain/decimal.js';
import { resolveModel } from '../../workflows/domain/models.js';
import { nanoToUsd } from '../../workflows/domain/money.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import { explanations, type Explanation, explanationOf } from './stated-cost-explanations.js';

const FOLDER = resolve(import.meta.dirname, '../../../shared/recordings');
const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: no recordings at ${FOLDER}`);
const { offers } = loadCatalogue({ vendors: ['openrouter', 'xai', 'perplexity'] });

interface Recorded {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly usage: JsonObject;
}

/** Every usage in an answer, whole or streamed. */
function usagesIn(value: Json | undefined): readonly { readonly model?: string; readonly usage: JsonObject }[] {
  if (typeof value === 'string')
    return value.split('\n').flatMap((line) => usagesIn(parsed(line.replace(/^data: /, ''))));
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(usagesIn);
  const object = value as JsonObject;
  const usage = asObject(object['usage']);
  const { model } = object;
  const own = usage && statedCost(usage) !== undefined ? [{ ...(typeof model === 'string' && { model }), usage }] : [];
  return [...own, ...Object.values(object).flatMap(usagesIn)];
}

function parsed(text: string): Json | undefined {
  try {
    return text.startsWith('{') ? (JSON.parse(text) as Json) : undefined;
  } catch {
    return undefined;
  }
}

function fromHttp(file: string, vendor: string): readonly Recorded[] {
  const lines = readFileSync(resolve(FOLDER, 'http', file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const row = parsed(line) as { readonly request: { readonly model?: string }; readonly response: Json } | undefined;
    const last = usagesIn(row?.response).at(-1);
    if (row === undefined || last === undefined) return [];
    // What was asked for is an offer's name; where another one answered it is that one's price.
    const { model = '' } = row.request;
    const isOther = last.model !== undefined && makerOf(last.model) !== makerOf(model);
    return [{ name: `${file}:${index + 1}`, vendor, model: isOther ? (last.model ?? '') : model, usage: last.usage }];
  });
}

function makerOf(model: string): string {
  return model.slice(0, model.indexOf('/'));
}

function fromMapping(folder: string, vendor: string): readonly Recorded[] {
  const files = readdirSync(resolve(FOLDER, 'mapping', folder)).filter((name) => name.startsWith('xai'));
  return files.sort().flatMap((file) => {
    const text = readFileSync(resolve(FOLDER, 'mapping', folder, file), 'utf8');
    const last = usagesIn(parsed(text) ?? text).at(-1);
    return last === undefined
      ? []
      : [{ name: `${folder.split('/src')[0]}/${file}`, vendor, model: last.model ?? '', usage: last.usage }];
  });
}

interface Compared extends Recorded {
  readonly stated: string;
  /** Nano USD; absent where the catalogue has no offer. */
  readonly ours?: bigint;
  readonly why?: Explanation;
  /** With the explanation's prices and fee in place of the catalogue's: nano USD. */
  readonly explained?: bigint;
}

const NO_TOOLS = { searches: 0, fileSearches: 0, containers: new Map<string, number>() };

/** Priced by the code that settles requests, with the usage as the adapters read it. */
function compareRecorded(recorded: Recorded): Compared {
  const { name, vendor, model, usage } = recorded;
  const { units, statedUsd: stated = '' } = (fromOpenAiChatUsage(usage) ??
    fromResponsesUsage(usage, NO_TOOLS)) as Usage;
  const own = offers.filter((offer) => offer.vendor === vendor);
  const offer = resolveModel(`${vendor}/${model}`, own);
  const why = explanationOf(name, `${vendor}/${model}`);
  const prices = why?.prices ?? offer?.prices;
  const then = prices && (offer === undefined ? bareOffer(prices) : { ...offer, prices, longContext: undefined });
  return {
    ...{ ...recorded, stated },
    ...(offer && { ours: priceOf(units, offer) }),
    ...(why && { why }),
    ...(then && { explained: priceOf(units, then as Offer) + BigInt(why?.feeNanoUsd ?? 0) }),
  };
}

function bareOffer(prices: Offer['prices']): Pick<Offer, 'id' | 'prices'> {
  return { id: 'then', prices };
}

/** Whether an amount is the stated one, to 1e-9 USD: ours is rounded up to that. */
function agrees(nano: bigint | undefined, stated: string): boolean {
  if (nano === undefined) return false;
  const { digits, scale } = parseDecimal(stated);
  const [left, right] = [nano * powerOfTen(scale), digits * powerOfTen(9)];
  const distance = left > right ? left - right : right - left;
  return distance <= powerOfTen(scale);
}

function difference({ ours, stated }: Compared): string {
  if (ours === undefined) return '';
  const { digits, scale } = parseDecimal(stated);
  const nano = ours - (digits * powerOfTen(9)) / powerOfTen(scale);
  return nano < 0n ? `-${nanoToUsd(-nano)}` : nanoToUsd(nano);
}

const all: readonly Compared[] = present
  ? [
      ...fromHttp('openrouter.chat.jsonl', 'openrouter'),
      ...fromHttp('openrouter.responses.jsonl', 'openrouter'),
      ...fromMapping('xai/src/__fixtures__', 'xai'),
      ...fromMapping('xai/src/responses/__fixtures__', 'xai'),
      ...fromMapping('openai-compatible/src/chat/__fixtures__', 'xai'),
    ].map(compareRecorded)
  : [];

const HEAD = `# What vendors say they charge

OpenRouter, xAI and Perplexity state in an answer's usage what they charge for it. The gateway keeps that beside its own figure and
never charges it: a request is charged at the price that it was planned with. Below is each recorded answer that states its cost,
priced by the code that settles requests at the catalogue's prices of today. No answer of Perplexity that states one is recorded.

Differences above 1e-9 USD are explained. Where the explanation is other prices or a fee, a test puts them in place of the catalogue's
and gets the stated amount to the last digit. Written by \`npx vitest run -u test/conformance/stated-costs.test.ts\`.
`;

function toPage(rows: readonly Compared[]): string {
  const agreed = rows.filter(({ ours, stated }) => agrees(ours, stated)).length;
  const lines = rows.map((row) => {
    const { name, vendor, model, stated, ours, why } = row;
    const isSame = agrees(ours, stated);
    const cells = [
      ...[`\`${name}\``, `\`${vendor}/${model}\``, stated, ours === undefined ? 'no offer' : nanoToUsd(ours)],
      ...[isSame ? '0' : difference(row), isSame ? '' : (why?.id ?? '?')],
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const used = explanations.filter((one) => rows.some(({ why, ours, stated }) => why === one && !agrees(ours, stated)));
  return [
    ...[
      HEAD,
      `${rows.length} answers, of which ${agreed} cost what the vendor says and ${rows.length - agreed} are explained.`,
      '',
    ],
    ...['| recording | model | vendor says, USD | we say, USD | difference | why |', '|---|---|--:|--:|--:|---|'],
    ...[...lines, '', '| why | |', '|---|---|'],
    ...[...new Map(used.map(({ id, text }) => [id, text]))].map(([id, text]) => `| ${id} | ${text} |`),
    '',
  ].join('\n');
}

describe.skipIf(!present)('costs that vendors state', () => {
  it('are told of every recorded answer that states one', () => {
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(({ stated }) => !/^\d+(\.\d+)?$/.test(stated))).toEqual([]);
  });

  it('are what the catalogue’s prices come to, or there is a reason', () => {
    const open = all.filter(({ ours, stated, why }) => !agrees(ours, stated) && why === undefined);
    expect(open.map(({ name, model, stated, ours }) => [name, model, stated, ours])).toEqual([]);
  });

  it('are met to 1e-9 USD by each reason that says which prices or fees it was', () => {
    const reasoned = all.filter(({ why }) => why?.prices !== undefined || why?.feeNanoUsd !== undefined);
    expect(reasoned.length).toBeGreaterThan(10);
    expect(reasoned.filter(({ explained, stated }) => !agrees(explained, stated)).map(({ name }) => name)).toEqual([]);
  });

  it('are in the table of the documentation', async () => {
    await expect(toPage(all)).toMatchFileSnapshot('../../docs/stated-costs.md');
  });
});
