const DURATION = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s?)?$/;

/** A time as Replicate's header has it, in milliseconds: `90s`, `5m`, `1h30m`, or seconds alone; `undefined` for anything else. */
export function durationMs(text: string): number | undefined {
  const trimmed = text.trim();
  const [, hours = '0', minutes = '0', seconds = '0'] = DURATION.exec(trimmed) ?? [];
  if (trimmed === '' || !DURATION.test(trimmed)) return undefined;
  return (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/** The same time in the same words, to whole seconds: `1h30m`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const text = parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join('');
  return text === '' ? '0s' : text;
}
