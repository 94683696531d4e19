/** The sandbox's tokenizer: every 4 bytes of UTF-8 are a token, and so is what remains. */
export const BYTES_PER_TOKEN = 4;

export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
