const DURATION = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s?)?$/;

/** Milliseconds of a time as callers write it, `90s`, `5m`, `1h30m` or seconds alone; 0 for what is none. */
export function durationMs(text: string): number {
  const [, hours, minutes, seconds] = DURATION.exec(text.trim()) ?? [];
  return (Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1_000;
}
