import { type Call, UsageError } from '../command.js';

// Options' texts in the form that the API takes. What it takes is for the API to judge; here only what JSON cannot say.

export function wholeNumber(call: Call, name: string): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${name} takes a whole number, but got '${text}'.`);
  return Number(text);
}

/** Seconds since 1970 of a time such as 2027-01-31 (its midnight in UTC) or 2027-01-31T12:00:00+01:00. */
export function time(call: Call, name: string): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const hasForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const milliseconds = hasForm ? Date.parse(text) : NaN;
  if (Number.isNaN(milliseconds)) {
    const form = 'a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z';
    throw new UsageError(`--${name} takes ${form}, but got '${text}'.`);
  }
  return Math.floor(milliseconds / 1000);
}

/** Seconds of a length of time such as 90s, 30m, 12h or 7d. */
export function duration(call: Call, name: string): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 }[unit ?? ''];
  if (seconds === undefined)
    throw new UsageError(`--${name} takes a length of time such as 30m or 7d, but got '${text}'.`);
  return Number(count) * seconds;
}

/** `TYPE:ID`, and `organization` alone. */
export function scope(call: Call, name: string): { readonly type: string; readonly id?: string } | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const [, type, id] = /^([a-z]+)(?::(.+))?$/.exec(text) ?? [];
  if (type === undefined || (type !== 'organization' && id === undefined)) {
    throw new UsageError(`--${name} takes organization or TYPE:ID, for example project:proj_1, but got '${text}'.`);
  }
  return { type, ...(id !== undefined && { id }) };
}

/** The options of what a level allows, and the body that they make. */
export const restrictionOptions = {
  'allow-model': { value: 'PATTERN', many: true },
  'deny-model': { value: 'PATTERN', many: true },
  'allow-endpoint': { value: 'ENDPOINT', many: true },
} as const;

export function restrictions(call: Call) {
  return {
    allowed_models: call.list('allow-model'),
    denied_models: call.list('deny-model'),
    allowed_endpoints: call.list('allow-endpoint'),
  };
}
