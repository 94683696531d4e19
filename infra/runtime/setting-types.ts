import { z } from 'zod';

// The forms that settings come in. Messages read on from the setting's name and never quote the value: it may be a secret.

export function wholeNumber(least: number, most: number): z.ZodType<number, string> {
  const message = `is not a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

/** Whole numbers of seconds, each more than the one before, with commas or spaces between. */
export const risingSeconds = z.string().transform((text, context) => {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const seconds = words.map(Number);
  const isRising = seconds.every((each, index) => each > (seconds[index - 1] ?? 0));
  if (words.length <= 100 && words.every((word) => /^\d{1,6}$/.test(word)) && isRising) return seconds;
  context.addIssue({
    code: 'custom',
    message: 'is no list of whole numbers of seconds, each more than the one before',
  });
  return z.NEVER;
});

export const onOff = z.enum(['on', 'off'], { error: 'is neither on nor off' });

/** An http(s) URL without credentials, query and fragment; comes out without a slash at its end. */
export const httpUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem =
    url === undefined || !['http:', 'https:'].includes(url.protocol)
      ? 'is not an http or https URL'
      : url.username !== '' || url.password !== ''
        ? 'holds credentials, which would end up in logs'
        : url.search !== '' || url.hash !== ''
          ? 'has a query or fragment, which paths cannot be added to'
          : undefined;
  if (problem === undefined) return text.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

/** The Gemini API's, of which its version and its endpoint for OpenAI's dialect may be the end, as other clients want it. */
export const geminiUrl = httpUrl.refine(
  (url) => /\/v1beta(\/openai)?$/.test(url) || !/\/v\d[^/]*(\/openai)?$/.test(url),
  'ends with another version than v1beta, in which the gateway speaks',
);
/** Several of them, with spaces or line ends between. */
export const httpUrls = z
  .string()
  .transform((text) => text.split(/\s+/).filter((part) => part !== ''))
  .pipe(z.array(httpUrl));

export const postgresUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol),
    'is not a postgres URL',
  );

/** 32 bytes in base64, of the plain or the URL-safe alphabet. */
export const decodeSecret = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  // Node passes over characters that are not base64; they are counted here instead.
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && bytes.length === 32) return bytes;
  context.addIssue({ code: 'custom', message: 'is not 32 bytes in base64' });
  return z.NEVER;
});

/** A dated version of an API, such as Azure's. */
export const apiDate = z.string().regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, 'is not a date such as 2024-10-21');

/**
 * `name=name`, several of them with commas between; each name once on the left: as `workflows/domain/name-pairs.ts` reads a credential's,
 * which this room does not know.
 */
export const namePairs = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=').map((name) => name.trim()));
  const names = pairs.map(([name]) => name);
  const problem = pairs.some((pair) => pair.length !== 2 || pair.includes(''))
    ? 'is not a list of name=name'
    : new Set(names).size < names.length
      ? 'names something twice'
      : undefined;
  if (problem === undefined) return Object.fromEntries(pairs as [string, string][]);
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

/** A proxy's URL, in which credentials have their place; `host:port` is an http one, as other programs read it. */
export const proxyUrl = z.string().transform((text, context) => {
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '') return url.href;
  context.addIssue({ code: 'custom', message: 'is not the URL of an http or https proxy' });
  return z.NEVER;
});

/** As S3 has them: lower-case letters, digits, dots and hyphens. */
export const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket');

/** Names with slashes between, of which none can lead elsewhere. */
export const folderNames = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9][A-Za-z0-9_-]*)*$/, 'is not names with slashes between');
