/** Longest `data:<type>;base64` that is looked for: a header is short, its data may be megabytes. */
const HEADER_LENGTH_MAX = 256;

/** The media type (possibly empty) and base64 text of a `data:` URL, or undefined where it is anything else. */
export function parseBase64DataUrl(url: string): { readonly mediaType: string; readonly data: string } | undefined {
  const start = url.slice(0, HEADER_LENGTH_MAX);
  const comma = start.indexOf(',');
  if (comma < 0 || !/^data:/i.test(start)) return undefined;
  const [mediaType = '', ...parameters] = start.slice('data:'.length, comma).split(';');
  if (parameters.at(-1)?.trim().toLowerCase() !== 'base64') return undefined;
  return { mediaType: mediaType.trim().toLowerCase(), data: url.slice(comma + 1) };
}

export function isWebUrl(text: string): boolean {
  return /^https?:\/\/\S/i.test(text.slice(0, 16));
}
