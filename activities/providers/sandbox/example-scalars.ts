import type { JsonObject } from '../../../workflows/contracts/json.js';

const MAX_LENGTH = 4096;

const FORMATS: { readonly [format: string]: string } = {
  'date-time': '2026-01-02T03:04:05Z',
  date: '2026-01-02',
  time: '03:04:05Z',
  duration: 'P1D',
  email: 'someone@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** A string within its lengths, or of its format. */
export function exampleText(schema: JsonObject): string {
  const format = schema['format'];
  const formatted = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (formatted !== undefined) return formatted;
  const least = Math.min(numberOf(schema['minLength']) ?? 0, MAX_LENGTH);
  return 'example'.padEnd(least, '.').slice(0, numberOf(schema['maxLength']) ?? MAX_LENGTH);
}

/** The number nearest to 1 that fits the bounds, raised or lowered to the next multiple that is asked for. */
export function exampleNumber(schema: JsonObject, type: 'integer' | 'number'): number {
  const multiple = numberOf(schema['multipleOf']);
  const step = multiple ?? (type === 'integer' ? 1 : undefined);
  const low = bound(numberOf(schema['minimum']), numberOf(schema['exclusiveMinimum']), step ?? 0.5, Math.max);
  const high = bound(numberOf(schema['maximum']), numberOf(schema['exclusiveMaximum']), -(step ?? 0.5), Math.min);
  if (step === undefined) {
    const exclusive = schema['exclusiveMinimum'] !== undefined && schema['exclusiveMaximum'] !== undefined;
    if (exclusive && (low ?? 0) > (high ?? 0)) return ((low ?? 0) + (high ?? 0)) / 2;
    return Math.min(Math.max(1, low ?? 1), high ?? Number.POSITIVE_INFINITY);
  }
  const up = Math.ceil(Math.max(multiple ?? 1, low ?? Number.NEGATIVE_INFINITY) / step) * step;
  return high !== undefined && up > high ? Math.floor(high / step) * step : up;
}

/** The inclusive bound that both kinds of bound come to. */
function bound(
  inclusive: number | undefined,
  exclusive: number | undefined,
  step: number,
  tighter: (...values: number[]) => number,
): number | undefined {
  const bounds = [inclusive, exclusive === undefined ? undefined : exclusive + step].filter(
    (value) => value !== undefined,
  );
  return bounds.length === 0 ? undefined : tighter(...bounds);
}

function numberOf(value: JsonObject[string]): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
