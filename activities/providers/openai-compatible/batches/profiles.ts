import type { Offer } from '../../../../workflows/contracts/offers.js';

/** In what batches of vendors differ whose API for them is OpenAI's (`/files`, `/batches`). */
export interface OpenAiBatchesProfile {
  readonly maxLines: number;
  /** Of the file with the lines. */
  readonly maxBytes: number;
  readonly takes: (offer: Offer) => boolean;
  /** Of a line; what is longer goes by itself. Absent where the vendor states none. */
  readonly maxLineBytes?: number;
  /** Tokens of input and output of a line, by the models of which a batch takes fewer than they take elsewhere. */
  readonly contexts?: { readonly [vendorModel: string]: number | undefined };
  /** Fields of requests in which all lines of a batch must agree, as they must in the model. */
  readonly agreedFields?: readonly string[];
  /** After so long files go by themselves that nobody has deleted; absent where the vendor has no such field. */
  readonly keptSeconds?: number;
}

const DAY_SECONDS = 86_400;

/** https://platform.openai.com/docs/guides/batch: at most 50,000 requests, or inputs of embeddings, and 200 MB. A batch takes a day, and so files are kept for three. */
export const OPENAI_BATCHES: OpenAiBatchesProfile = {
  maxLines: 50_000,
  maxBytes: 200_000_000,
  takes: ({ kind }) => kind === 'chat' || kind === 'embedding',
  keptSeconds: 3 * DAY_SECONDS,
};

/** The same of a vendor whose regions have different models: `baseUrl` tells the account's. */
export interface BearerBatchesProfile extends Omit<OpenAiBatchesProfile, 'takes'> {
  readonly takes: (offer: Offer, baseUrl: string) => boolean;
}

/** Models of Alibaba's that its international region has batches of; others have other models. */
const ALIBABA_MODELS = ['qwen-max', 'qwen-plus', 'qwen-flash', 'qwen3.7-plus'];

/**
 * Vendors of OpenAI's chat dialect whose batches are OpenAI's, too. None has an expiry of files, so that what is not deleted stays.
 * - Alibaba (https://www.alibabacloud.com/help/en/model-studio/batch-interfaces-compatible-with-openai): 50,000 requests and 500 MB, 6 MB a
 *   line, all of one thinking mode; the models of Singapore, and 256K tokens of qwen3.7-plus, as that page's Spanish edition has them
 *   (https://www.alibabacloud.com/help/es/model-studio/batch-interfaces-compatible-with-openai, 12 October 2026).
 * - Cerebras (https://inference-docs.cerebras.ai/api-reference/batch/create-batch): 50,000 requests and 200 MB, of accounts that are let in.
 * - Groq (https://console.groq.com/docs/batch): at most 100 MB, by its SDK's own words; within 24 hours to 7 days.
 * - Moonshot (https://platform.kimi.com/docs/guide/use-batch-api): at most 100 MB.
 * The 50,000 lines of the last two are a careful limit of ours.
 */
export const COMPATIBLE_BATCHES: { readonly [vendor: string]: BearerBatchesProfile | undefined } = {
  alibaba: {
    ...{ maxLines: 50_000, maxBytes: 500_000_000, maxLineBytes: 6_000_000 },
    takes: ({ kind, vendorModel }, baseUrl) =>
      kind === 'chat' && ALIBABA_MODELS.includes(vendorModel) && isAlibabaInternational(baseUrl),
    contexts: { 'qwen3.7-plus': 256_000 },
    agreedFields: ['enable_thinking'],
  },
  cerebras: { maxLines: 50_000, maxBytes: 200_000_000, takes: ({ kind }) => kind === 'chat' },
  groq: { maxLines: 50_000, maxBytes: 100_000_000, takes: ({ kind }) => kind === 'chat' },
  moonshot: { maxLines: 50_000, maxBytes: 100_000_000, takes: ({ kind }) => kind === 'chat' },
};

/** Singapore's addresses, of which a workspace has one of its own. What is no address of Alibaba's is a way there that the operator has made. */
function isAlibabaInternational(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  const isSingapore =
    hostname === 'dashscope-intl.aliyuncs.com' || hostname.endsWith('.ap-southeast-1.maas.aliyuncs.com');
  return isSingapore || !hostname.endsWith('.aliyuncs.com');
}
