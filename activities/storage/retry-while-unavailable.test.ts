import { describe, expect, it } from 'vitest';
import { retryWhileUnavailable } from './retry-while-unavailable.js';

const refused = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('work that needs the database', () => {
  it('is tried until the database is back', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw refused();
      return 'done';
    };
    expect(await retryWhileUnavailable(60_000, work)).toBe('done');
    expect(tries).toBe(3);
  });

  it('is tried once where it fails for another reason', async () => {
    const bug = new TypeError('a bug');
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw bug;
    };
    await expect(retryWhileUnavailable(60_000, work)).rejects.toBe(bug);
    expect(tries).toBe(1);
  });

  it('is given up once patience is over, with the last fault', async () => {
    const faults: Error[] = [];
    const work = async () => {
      const fault = refused();
      faults.push(fault);
      throw fault;
    };
    const error = await retryWhileUnavailable(60, work).catch((thrown: unknown) => thrown);
    expect(error).toBe(faults.at(-1));
    expect(faults.length).toBeGreaterThan(1);
  });
});
