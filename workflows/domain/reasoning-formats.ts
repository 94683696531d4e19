/** OpenRouter's names, in a `format` of `reasoning_details`, for who can check a proof of reasoning. */
const FORMATS: { readonly [vendor: string]: string } = {
  anthropic: 'anthropic-claude-v1',
  openai: 'openai-responses-v1',
  google: 'google-gemini-v1',
};

/** The `format` of a vendor's proofs; a vendor that has none is named as it is. */
export function reasoningFormat(vendor: string): string {
  return Object.hasOwn(FORMATS, vendor) ? (FORMATS[vendor] ?? vendor) : vendor;
}

/** Whose proof a `format` says it is, whichever its version; nothing where it does not say. */
export function reasoningVendor(format: string): string | undefined {
  if (format === '' || format === 'unknown') return undefined;
  return Object.keys(FORMATS).find((vendor) => format.startsWith(`${vendor}-`)) ?? format;
}
