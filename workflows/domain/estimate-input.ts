import type { ChatCall, Part } from '../contracts/call.js';
import type { Offer } from '../contracts/offers.js';
import { demandOf } from './demand.js';

/** Text has more bytes a token than this in every language that was measured, so that the estimate is rather too high. */
const BYTES_A_TOKEN = 3;
/** What vendors add to each message, and once for tools: their own marks and instructions. */
const TOKENS_A_MESSAGE = 4;
const TOKENS_FOR_TOOLS = 346;
const TOKENS_AN_IMAGE = 1_600;
/** A page of a document is some thousand tokens and hardly ever less than 30 kB of base64. */
const BASE64_A_FILE_TOKEN = 10;

/** How many tokens of input a call may have at a vendor that does not count, rather more than fewer. */
export function estimateInput(call: ChatCall, offer: Offer): number {
  const { textBytes, images, needs } = demandOf(call);
  const text = Math.ceil(textBytes / BYTES_A_TOKEN) + call.messages.length * TOKENS_A_MESSAGE;
  const tools = needs.includes('tools') ? TOKENS_FOR_TOOLS : 0;
  const files = call.messages.flatMap(({ content }) => content).reduce((sum, part) => sum + fileTokens(part), 0);
  const all = text + tools + images * (offer.maxImageTokens ?? TOKENS_AN_IMAGE) + files;
  return Math.min(all, offer.contextWindow);
}

function fileTokens(part: Part): number {
  if (part.type === 'tool-result') return part.content.reduce((sum, inner) => sum + fileTokens(inner), 0);
  if (part.type !== 'file' || part.source.type !== 'base64') return 0;
  return Math.ceil(part.source.data.length / BASE64_A_FILE_TOKEN);
}
