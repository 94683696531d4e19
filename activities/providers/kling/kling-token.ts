import { createHmac } from 'node:crypto';

const LIVES_S = 1_800;
/** Clocks differ. */
const EARLIER_S = 5;

/**
 * What Kling is called by (https://kling.ai/document-api/guides/get-started/quick-start): an API key as it is; of a pair of keys,
 * written `ACCESS:SECRET`, a token of half an hour (RFC 7519, HS256), signed anew for each call.
 */
export function klingToken(apiKey: string, nowMs: number): string {
  const [accessKey = '', secretKey] = apiKey.split(':');
  if (secretKey === undefined) return apiKey;
  const nowS = Math.floor(nowMs / 1_000);
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { iss: accessKey, exp: nowS + LIVES_S, nbf: nowS - EARLIER_S },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', secretKey).update(signed).digest('base64url')}`;
}
