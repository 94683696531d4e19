import { describe, expect, it } from 'vitest';
import { simulate } from './day.js';
import { HOUR, MARKET } from './market.js';
import { STRATEGIES } from './strategies.js';
import { shiftTimes, summarize } from './summary.js';

/** Around the hour and a half in which the cheapest offer hangs. */
const stretch = { seed: 'tested', fromMs: 1.5 * HOUR, untilMs: 4 * HOUR, peak: 0.5 };
const servedBy = (name: string) =>
  simulate(
    STRATEGIES.find((one) => one.name === name)!,
    MARKET,
    stretch,
  );

describe('the simulated day', () => {
  it.each(STRATEGIES.map(({ name }) => name))('is the same each time: %s', (name) => {
    const served = servedBy(name);
    expect(served.length).toBeGreaterThan(500);
    expect(servedBy(name)).toEqual(served);
  });

  it('meets every strategy with the same requests', () => {
    const [first, ...others] = STRATEGIES.map(({ name }) => servedBy(name).map(({ atMs }) => atMs));
    for (const times of others) expect(times).toEqual(first);
  });

  it('shows an outage to cost few requests, and the offer to be used again, where circuits are', () => {
    const [ours, naive] = [servedBy('Sluice'), servedBy('cheapest first')];
    const outage = [2 * HOUR, 3.5 * HOUR] as const;
    expect(shiftTimes(ours, 'cheap', outage).detours * 5).toBeLessThan(shiftTimes(naive, 'cheap', outage).detours);
    expect(shiftTimes(ours, 'cheap', outage).returnedAfterMs).toBeLessThanOrEqual(0.5 * HOUR);
    expect(summarize('Sluice', ours).availability).toBe(1);
  });
});
