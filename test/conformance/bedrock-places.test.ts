import { describe, expect, it } from 'vitest';
import { placeOf } from '../../activities/providers/bedrock/model-place.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';

const { offers } = loadCatalogue({ vendors: ['bedrock'] });
const byId = new Map(offers.map((offer) => [offer.id, offer]));

describe('the offers of Bedrock', () => {
  it.each(['us-east-1', 'us-west-2', 'eu-central-1', 'ap-northeast-1', 'us-gov-west-1'])(
    'are called by names of the same price, by a gateway in %s',
    (own) => {
      let renamed = 0;
      for (const offer of offers.filter(({ region }) => region === undefined)) {
        const { modelId, region } = placeOf(offer, own);
        expect(region).toBe(own);
        const profile = modelId === offer.vendorModel ? undefined : byId.get(`bedrock/${modelId}`);
        if (profile === undefined) continue;
        renamed += 1;
        // GovCloud sells at prices of its own, which are those of its own offers.
        if (!own.startsWith('us-gov')) expect([modelId, profile.prices]).toEqual([modelId, offer.prices]);
      }
      expect(renamed).toBeGreaterThan(5);
    },
  );

  it('of a region are called in one that exists, or not by accounts elsewhere', () => {
    for (const offer of offers.filter(({ region }) => region !== undefined)) {
      try {
        expect(placeOf(offer, 'us-east-1').region).toMatch(/^(us|eu|ap|ca|sa)-[a-z]+-\d$/);
        expect(offer.region).not.toMatch(/^us-gov/);
      } catch (error) {
        if (!(error instanceof ProviderFailure)) throw error;
        expect(offer.region).toMatch(/^us-gov/);
      }
    }
  });
});
