import { describe, expect, it } from 'vitest';
import { createCredentialMeter } from './credential-meter.js';

describe('the meter of credentials', () => {
  it('tells when a limit is reached, for each credential and each minute anew', () => {
    let nowMs = 59_000;
    const meter = createCredentialMeter(() => nowMs);
    const limits = { requestsPerMinute: 2 };
    meter.note('cred_1', { requests: 1 });
    expect(meter.isUsedUp('cred_1', limits)).toBe(false);
    meter.note('cred_1', { requests: 1 });
    expect(meter.isUsedUp('cred_1', limits)).toBe(true);
    expect(meter.isUsedUp('cred_2', limits)).toBe(false);
    expect(meter.isUsedUp('cred_1', {})).toBe(false);
    nowMs = 60_000;
    expect(meter.isUsedUp('cred_1', limits)).toBe(false);
  });

  it('counts tokens as they are told', () => {
    const meter = createCredentialMeter(() => 0);
    meter.note('cred_1', { requests: 1 });
    meter.note('cred_1', { tokens: 99 });
    expect(meter.isUsedUp('cred_1', { tokensPerMinute: 100, requestsPerMinute: 5 })).toBe(false);
    meter.note('cred_1', { tokens: 1 });
    expect(meter.isUsedUp('cred_1', { tokensPerMinute: 100, requestsPerMinute: 5 })).toBe(true);
  });
});
