/** What a file that a caller sends may be for: OpenAI's own names. */
export const FILE_PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;

/** Those of which each line is a JSON object. */
const linesOfJson: readonly string[] = ['batch', 'fine-tune', 'evals'];

/**
 * Why a file that is of this type, by its own bytes, cannot be for this purpose, as a sentence; `undefined` where it can.
 * Bytes of text tell of no type.
 */
export function purposeProblem(purpose: string | undefined, sniffedType: string | undefined): string | undefined {
  if (purpose === undefined) return undefined;
  if (linesOfJson.includes(purpose) && sniffedType !== undefined) {
    return `A file for '${purpose}' has a JSON object in each line, and this one is ${sniffedType}. Send text.`;
  }
  if (purpose === 'vision' && !(sniffedType ?? '').startsWith('image/')) {
    return `A file for 'vision' is an image, and this one is ${sniffedType ?? 'none'}. Send an image.`;
  }
  return undefined;
}
