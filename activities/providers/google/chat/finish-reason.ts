import type { FinishReason } from '../../../../workflows/contracts/answer.js';

/** https://ai.google.dev/api/generate-content#FinishReason, and Vertex AI's `MODEL_ARMOR`. */
const REASONS: { readonly [raw: string]: FinishReason['unified'] } = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

/** What is not listed is a fault of the model's own (`MALFORMED_FUNCTION_CALL`, `LANGUAGE`) or came later. */
export function toFinishReason(raw: string, calledTools: boolean): FinishReason {
  const unified = (Object.hasOwn(REASONS, raw) ? REASONS[raw] : undefined) ?? 'other';
  return { unified: unified === 'stop' && calledTools ? 'tool-calls' : unified, raw };
}
