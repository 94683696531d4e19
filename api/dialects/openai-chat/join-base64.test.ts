import { describe, expect, it } from 'vitest';
import { joinBase64 } from './join-base64.js';

describe('base64 in pieces', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['nothing', [], ''],
    ['one piece as it is', ['AA=='], 'AA=='],
    ['whole groups', ['AAEC', 'AwQ='], 'AAECAwQ='],
    ['padding between', ['AA==', 'AQ==', 'Ag=='], 'AAEC'],
    ['no padding where there should be some', ['AA', 'AQI'], 'AAEC'],
  ])('is one text: %s', (_name, pieces, whole) => {
    expect(joinBase64(pieces)).toBe(whole);
  });
});
