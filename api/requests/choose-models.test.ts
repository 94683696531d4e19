import { describe, expect, it } from 'vitest';
import type { Offer } from '../../workflows/contracts/offers.js';
import { chatCall, demand, offer } from '../../workflows/domain/test-values.js';
import type { InferenceCaller } from '../http/authenticate.js';
import { chooseModels } from './choose-models.js';
import { createSessionMemory } from './session-memory.js';

const caller = (projectId = 'proj_1'): InferenceCaller => ({
  ...{ keyId: 'key_1', kind: 'inference', organizationId: 'org_1', projectId, answerHoldMs: 0 },
});

const price = (usd: string) => ({ usd, per: 1_000_000 });

function rated(model: string, usd: string): Offer {
  const prices = { input: price(usd), output: price(usd), input_cached_read: price('0.1') };
  return offer({ id: `v/${model}`, model: `maker/${model}`, aliases: [], prices, quality: { chat: 0.9 } });
}

const call = chatCall([{ type: 'text', text: 'Hello! How are you?' }]);
const names = ['sluice/auto'];

describe('chooseModels', () => {
  it('leaves other names as they are, and estimates nothing', () => {
    const chosen = chooseModels(createSessionMemory(), caller(), {
      ...{ names: ['v/a', 'other'], call, demand: demand(), offers: [rated('a', '1')], session: 's' },
    });
    expect(chosen).toEqual({ models: ['v/a', 'other'] });
  });

  it('says which auto model was named, and what it went by', () => {
    const chosen = chooseModels(createSessionMemory(), caller(), {
      ...{ names: ['v/a', 'Sluice/Auto'], call, demand: demand(), offers: [rated('a', '1')], session: undefined },
    });
    expect(chosen.models).toEqual(['v/a', 'maker/a']);
    expect(chosen.auto).toMatchObject({ name: 'Sluice/Auto', estimate: { kind: 'chat' } });
  });

  it('stays with what a session was given, while another session and another project take what has become cheaper', () => {
    const sessions = createSessionMemory();
    const long = demand({ textBytes: 400_000 });
    const ask = (offers: readonly Offer[], session: string | undefined, projectId?: string) =>
      chooseModels(sessions, caller(projectId), { names, call, demand: long, offers, session }).models[0];
    expect(ask([rated('a', '1'), rated('b', '2')], 's')).toBe('maker/a');
    const dearer = [rated('a', '1'), rated('b', '0.9')];
    expect(ask(dearer, 's')).toBe('maker/a');
    expect(ask(dearer, 'other')).toBe('maker/b');
    expect(ask(dearer, 's', 'proj_2')).toBe('maker/b');
    expect(ask(dearer, undefined)).toBe('maker/b');
  });
});
