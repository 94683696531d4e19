import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReasoningProof, type ReasoningProof, writeReasoningProof } from './reasoning-proof.js';

describe('a proof of reasoning in a foreign field', () => {
  it('comes back as it went, whatever is in it', () => {
    const proofs = fc.record<ReasoningProof>(
      {
        vendor: fc.constantFrom('anthropic', 'openai', 'google'),
        id: fc.string({ minLength: 1 }),
        kind: fc.constantFrom('signature', 'redacted'),
        data: fc.string(),
      },
      { requiredKeys: ['vendor', 'kind', 'data'] },
    );
    fc.assert(
      fc.property(proofs, (proof) => {
        expect(readReasoningProof(writeReasoningProof(proof))).toEqual(proof);
      }),
    );
  });

  it.each(['', 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h', 'sluice-reasoning-1', 'sluice-reasoning-1.openai.x.id.data'])(
    'is not seen in %j',
    (text) => expect(readReasoningProof(text)).toBeUndefined(),
  );
});
