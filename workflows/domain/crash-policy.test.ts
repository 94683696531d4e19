import { describe, expect, it } from 'vitest';
import { afterCrash, type AfterCrash, type CrashFacts } from './crash-policy.js';

type Column = Omit<CrashFacts, 'row' | 'holderAlive' | 'calls' | 'onDisconnect'> & Partial<CrashFacts>;

const COLUMNS = {
  plain: { stream: false, keyed: false, retention: 'interactive', lane: 'interactive' },
  'plain, keyed': { stream: false, keyed: true, retention: 'kept', lane: 'interactive' },
  'plain, stored': { stream: false, keyed: false, stored: true, retention: 'kept', lane: 'interactive' },
  'plain, stored, to be finished': {
    ...{ stream: false, keyed: false, stored: true, onDisconnect: 'finish', retention: 'kept', lane: 'interactive' },
  },
  'plain, to be finished': {
    ...{ stream: false, keyed: false, onDisconnect: 'finish', retention: 'interactive', lane: 'interactive' },
  },
  'plain, stored and keyed': { stream: false, keyed: true, stored: true, retention: 'kept', lane: 'interactive' },
  stream: { stream: true, keyed: false, retention: 'interactive', lane: 'interactive' },
  'stream, stored': { stream: true, keyed: false, stored: true, retention: 'kept', lane: 'interactive' },
  'stream, stored, to be finished': {
    ...{ stream: true, keyed: false, stored: true, onDisconnect: 'finish', retention: 'kept', lane: 'interactive' },
  },
  'stream, keyed': { stream: true, keyed: true, retention: 'kept', lane: 'interactive' },
  zdr: { stream: false, keyed: false, retention: 'zdr', lane: 'interactive' },
  'zdr, keyed': { stream: false, keyed: true, retention: 'zdr', lane: 'interactive' },
  'zdr job': { stream: false, keyed: true, retention: 'zdr', lane: 'job' },
  'paid job': { stream: false, keyed: false, retention: 'kept', lane: 'job' },
  'paid job, keyed': { stream: false, keyed: true, retention: 'kept', lane: 'job' },
} as const satisfies { readonly [name: string]: Column };

/** By column: nothing sent with a living holder, nothing sent with a dead one, recorded, lapsed after one call. */
const POLICY: { readonly [C in keyof typeof COLUMNS]: readonly [AfterCrash, AfterCrash, AfterCrash, AfterCrash] } = {
  plain: ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'plain, keyed': ['go_on', 'go_on', 'settle', 'call_again'],
  'plain, stored': ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'plain, stored, to be finished': ['go_on', 'go_on', 'settle', 'settle_at_checkpoint'],
  'plain, to be finished': ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'plain, stored and keyed': ['go_on', 'go_on', 'settle', 'call_again'],
  stream: ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'stream, stored': ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'stream, stored, to be finished': ['go_on', 'go_on', 'settle', 'settle_at_checkpoint'],
  'stream, keyed': ['go_on', 'go_on', 'settle', 'settle_at_checkpoint'],
  zdr: ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'zdr, keyed': ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'zdr job': ['go_on', 'release', 'settle', 'settle_at_checkpoint'],
  'paid job': ['go_on', 'go_on', 'settle', 'settle_at_checkpoint'],
  'paid job, keyed': ['go_on', 'go_on', 'settle', 'settle_at_checkpoint'],
};

describe.each(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])('%s', (name) => {
  const column = { onDisconnect: 'cancel', ...COLUMNS[name] } as const;
  const [withHolder, withoutHolder, recorded, lapsed] = POLICY[name];

  it(`nothing sent: ${withHolder} while its holder lives, else ${withoutHolder}`, () => {
    expect(afterCrash({ ...column, row: 'nothing_sent', holderAlive: true, calls: 0 })).toBe(withHolder);
    expect(afterCrash({ ...column, row: 'nothing_sent', holderAlive: false, calls: 0 })).toBe(withoutHolder);
  });

  it.each([true, false])(`recorded: ${recorded}, holder alive: %s`, (holderAlive) => {
    expect(afterCrash({ ...column, row: 'recorded', holderAlive, calls: 1 })).toBe(recorded);
  });

  it.each([true, false])(`lapsed: ${lapsed}, holder alive: %s`, (holderAlive) => {
    expect(afterCrash({ ...column, row: 'lapsed', holderAlive, calls: 1 })).toBe(lapsed);
  });

  it('at its vendor: asked about while its holder lives, else as what was not sent, and stopped where that is released', () => {
    const after = withoutHolder === 'go_on' ? 'go_on' : 'stop_at_vendor';
    expect(afterCrash({ ...column, row: 'at_vendor', holderAlive: true, calls: 1 })).toBe('go_on');
    expect(afterCrash({ ...column, row: 'at_vendor', holderAlive: false, calls: 1 })).toBe(after);
  });

  it('lapsed a second time: never called a third time', () => {
    expect(afterCrash({ ...column, row: 'lapsed', holderAlive: true, calls: 2 })).toBe('settle_at_checkpoint');
    expect(afterCrash({ ...column, row: 'lapsed', holderAlive: true, calls: 3 })).toBe('settle_at_checkpoint');
  });
});
