/**
 * When a model was created, in seconds since the epoch: the date in its name, or else what is known from elsewhere. Of
 * what has neither, this catalogue can only tell that it was there when it was read.
 */
export function createdAt(names: readonly string[], asOf: string): number {
  const date = names.map(dateIn).find((found) => found !== undefined) ?? LISTED[names[0] ?? ''] ?? asOf;
  return Date.parse(`${date}T00:00:00Z`) / 1_000;
}

/** The date at the end of `gpt-4o-2024-08-06` or `claude-haiku-4-5-20251001`. */
export function dateIn(name: string): string | undefined {
  const match = DATED.exec(name);
  return match ? `${match[2]}-${match[3]}-${match[4]}` : undefined;
}

/** The name without its date. */
export function undated(name: string): string {
  return DATED.exec(name)?.[1] ?? name;
}

const DATED = /^(.+)-(20\d\d)-?(\d\d)-?(\d\d)$/;

/** Anthropic's from its own models list as recorded on 2026-08-02; gpt-4o from its first snapshot. */
const LISTED: { readonly [model: string]: string } = {
  'gpt-4o': '2024-05-13',
  'claude-sonnet-4-6': '2026-02-17',
  'claude-opus-4-7': '2026-04-14',
  'claude-opus-4-8': '2026-05-28',
  'claude-fable-5': '2026-06-07',
  'claude-sonnet-5': '2026-06-29',
  'claude-opus-5': '2026-07-24',
};
