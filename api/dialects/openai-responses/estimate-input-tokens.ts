import type { ChatCall } from '../../../workflows/contracts/call.js';
import { demandOf } from '../../../workflows/domain/demand.js';

/** Text of Western languages has about four bytes a token; fewer are assumed here, so that the estimate is rather high. */
const BYTES_PER_TOKEN = 3;
/** What a message and a tool cost besides their text. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_TOOL = 8;
/** About what a picture of 1024 by 1024 pixels costs at the vendors that say. */
const TOKENS_PER_IMAGE = 1_600;

/** Input tokens that a call may cost, from its size alone. Audio, video and files are not estimated: `undefined` there. */
export function estimateInputTokens(call: ChatCall): number | undefined {
  const { textBytes, images, unboundedMedia } = demandOf(call);
  const audio = call.messages.some(({ content }) => content.some(({ type }) => type === 'audio'));
  if (unboundedMedia || audio) return undefined;
  const format = call.format?.type === 'json-schema' ? JSON.stringify(call.format.schema).length : 0;
  return (
    Math.ceil((textBytes + format) / BYTES_PER_TOKEN) +
    call.messages.length * TOKENS_PER_MESSAGE +
    call.tools.length * TOKENS_PER_TOOL +
    images * TOKENS_PER_IMAGE
  );
}
