export interface Family {
  /** Maker and name without versions and dates: `anthropic/claude-opus`. */
  readonly family: string;
  /** `4-6` and `4.6` are [4, 6]; empty where the name has none. */
  readonly version: readonly number[];
}

/** Said of one and the same model at several times, or in several editions that are no better or worse. */
const NO_PART = /^(?:latest|preview|exp|beta|\d{4}|\d{8}|20\d\d|\d\d)$/;

const DATE = /-20\d\d-\d\d-\d\d/;

/** What a model is a version of, by its name alone: `maker/claude-3-5-haiku` and `maker/claude-haiku-4-5` are of one family. */
export function familyOf(id: string): Family {
  const slash = id.indexOf('/');
  const version: number[] = [];
  const kept: string[] = [];
  for (const part of id
    .slice(slash + 1)
    .replace(DATE, '')
    .split('-')) {
    // `v3.2`, `k2.5`: the letter belongs to the version.
    if (/^[vk]?\d{1,2}(?:\.\d+)*$/i.test(part) && !/^0\d$/.test(part)) {
      version.push(...part.replace(/^[vk]/i, '').split('.').map(Number));
    } else if (!NO_PART.test(part)) kept.push(part);
  }
  return { family: `${id.slice(0, slash)}/${kept.join('-')}`, version };
}

export function isBefore(left: readonly number[], right: readonly number[]): boolean {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
