import type { Part } from '../../../../workflows/contracts/call.js';

/**
 * Thought signatures (https://ai.google.dev/gemini-api/docs/thought-signatures) belong to a part: a function call, a text, a
 * thought. Callers carry them as reasoning of vendor `google`, whose `id` says to which part: the call's own id, or one of
 * these. Chat completions lose where reasoning stood, but not its id.
 */
export const TEXT_BEFORE = 'text';
/** A part of its own without text, as streams end with. */
export const EMPTY_TEXT = 'empty';
/** The thought whose text comes with it. */
export const THOUGHT = 'thought';

export const SIGNED_VENDOR = 'google';

/**
 * "Transferring history from models that do not have a signature": the value that the page gives for calls that Gemini did
 * not make itself.
 */
export const NO_SIGNATURE = 'skip_thought_signature_validator';

type Reasoning = Extract<Part, { type: 'reasoning' }>;

export interface Signature {
  readonly id: string;
  readonly value: string;
}

/** A proof of Google's own; others are not its business. OpenRouter writes it as redacted reasoning. */
export function signatureOf({ vendor, id = EMPTY_TEXT, signature, redacted, text }: Reasoning): Signature | undefined {
  if (vendor !== SIGNED_VENDOR) return undefined;
  const value = redacted === true ? text : signature;
  return value === undefined || value === '' ? undefined : { id, value };
}
