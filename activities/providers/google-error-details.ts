import type { Json, JsonObject } from '../../workflows/contracts/json.js';

/** What `details` of a `google.rpc.Status` say more than its code does (https://google.aip.dev/193). */
export interface ErrorDetails {
  /** The most telling first, not yet in the form of codes. */
  readonly codes: readonly (Json | undefined)[];
  readonly retryAfterMs?: number;
}

/** Named in place of the vendor's own words for a quota that only a new day, or money, renews. */
const PER_DAY = 'quota_per_day';

export function readErrorDetails(details: Json | undefined): ErrorDetails {
  const infos = objectsOf(details);
  const reasons = infos.filter((info) => isOf(info, 'ErrorInfo')).map(({ reason }) => reason);
  const violations = infos
    .filter((info) => isOf(info, 'QuotaFailure'))
    .flatMap(({ violations: all }) => objectsOf(all));
  const perDay = violations.some(({ quotaId }) => typeof quotaId === 'string' && /per_?day/i.test(quotaId));
  const retryAfterMs = readDuration(infos.find((info) => isOf(info, 'RetryInfo'))?.['retryDelay']);
  return {
    codes: [...(perDay ? [PER_DAY] : []), ...reasons],
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function isOf(info: JsonObject, type: string): boolean {
  return info['@type'] === `type.googleapis.com/google.rpc.${type}`;
}

/** `48s`, `0.5s`: seconds, as JSON has a duration. */
function readDuration(value: Json | undefined): number | undefined {
  const seconds = typeof value === 'string' ? /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(value)?.[1] : undefined;
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).filter(
    (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item),
  );
}
