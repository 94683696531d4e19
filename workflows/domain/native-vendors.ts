import type { ChatDialect } from '../contracts/call.js';
import type { Offer } from '../contracts/offers.js';

/**
 * Who runs the tools of a dialect itself. A vendor that only imitates the dialect's form has none of them. Azure has most of
 * OpenAI's, but charges for them at prices of its own, sends searches to Bing, and knows no id of a file at OpenAI.
 */
const NATIVE_VENDORS: { readonly [D in ChatDialect]: readonly string[] } = {
  'openai-chat': ['openai'],
  'openai-responses': ['openai'],
  'anthropic-messages': ['anthropic'],
  sandbox: ['sandbox'],
};

/** Whether what is bound to a dialect (`ChatCall.boundTo`) can be served by this offer. */
export function speaks({ vendor }: Pick<Offer, 'vendor'>, dialect: ChatDialect): boolean {
  return NATIVE_VENDORS[dialect].includes(vendor);
}
