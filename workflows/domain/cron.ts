const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const NAMES = ['@yearly', '@monthly', '@weekly', '@daily', '@hourly'];

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** The first stands for `least`. */
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: MONTHS },
  // 7 is Sunday, as 0 is.
  { name: 'day of the week', least: 0, most: 7, words: DAYS },
];

/**
 * What keeps a cron expression from being one that Temporal reads as its caller does, in words without the caller's own;
 * `undefined` for one that is in order. Seconds and years, which Temporal takes too, are refused: nothing runs twice a minute,
 * and a schedule has bounds of its own. So are its comments and its `@every`.
 */
export function cronProblem(expression: string): string | undefined {
  if (NAMES.includes(expression)) return undefined;
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return `it must have five fields (minute, hour, day of the month, month, day of the week) or be one of ${NAMES.join(', ')}`;
  }
  const wrong = FIELDS.find((field, index) => !(parts[index] ?? '').split(',').every((item) => isItem(item, field)));
  return (
    wrong && `its ${wrong.name} must be made of '*', numbers from ${wrong.least} to ${wrong.most}, ranges and steps`
  );
}

/** `*`, `5`, `1-5`, each with a step or without. */
function isItem(item: string, field: Field): boolean {
  const [, range = '', step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(item) ?? [];
  if (range === '' || (step !== undefined && Number(step) === 0)) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => valueOf(end, field));
  const [from, to = from] = ends;
  return ends.length <= 2 && from !== undefined && to !== undefined && from <= to;
}

function valueOf(text: string, { least, most, words = [] }: Field): number | undefined {
  const word = words.indexOf(text.toLowerCase());
  const value = word >= 0 ? least + word : /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : undefined;
}
