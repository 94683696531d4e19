/** A vendor's opaque proof of its reasoning, on its way through a caller who speaks another vendor's dialect. */
export interface ReasoningProof {
  /** Who can check it: `anthropic`, `openai`, `google`. */
  readonly vendor: string;
  /** The vendor's name for the reasoning, where it wants that back too. */
  readonly id?: string;
  /** `redacted`: the data stands for reasoning whose text nobody may see. */
  readonly kind: 'signature' | 'redacted';
  /** The proof itself, byte for byte; empty where the vendor wants only its text back. */
  readonly data: string;
}

const PREFIX = 'sluice-reasoning-1';
const KINDS: { readonly [kind: string]: ReasoningProof['kind'] } = { s: 'signature', r: 'redacted' };

/**
 * The proof as one string for a foreign dialect's field (Anthropic's `signature`, OpenAI's `encrypted_content`), which its
 * callers send back unread. It names its vendor, so that no vendor is ever sent what another has signed.
 */
export function writeReasoningProof({ vendor, id = '', kind, data }: ReasoningProof): string {
  return [PREFIX, vendor, kind[0], escape(id), data].join('.');
}

/** What `writeReasoningProof` wrote; nothing for any other text, which is then the dialect's own vendor's proof. */
export function readReasoningProof(text: string): ReasoningProof | undefined {
  if (!text.startsWith(`${PREFIX}.`)) return undefined;
  const [, vendor, letter = '', id, ...data] = text.split('.');
  const kind = KINDS[letter];
  if (vendor === undefined || id === undefined || kind === undefined) return undefined;
  return { vendor, ...(id !== '' && { id: unescape(id) }), kind, data: data.join('.') };
}

/** The separator within an id; ids of vendors have none so far, but nothing forbids it. */
function escape(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('.', '%2E');
}

function unescape(id: string): string {
  return id.replaceAll('%2E', '.').replaceAll('%25', '%');
}
