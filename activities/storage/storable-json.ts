/** What JSON may hold and Postgres's `jsonb` and `text` may not: NUL, and halves of surrogate pairs. */
const unstorable = /[\0\p{Surrogate}]/gu;

/** Text that Postgres can store: what it cannot is replaced by U+FFFD. */
export function storableText(text: string): string {
  return text.replace(unstorable, '\uFFFD');
}

/** JSON for a `jsonb` parameter; callers may put any character into the names that they send. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
}
