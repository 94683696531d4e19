/** A time as OpenAI's dialects tell it: whole seconds since 1970. */
export function toSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1_000);
}

/** The same, and null for what has not come. */
export function whenOf(time: string | undefined): number | null {
  return time === undefined ? null : toSeconds(time);
}
