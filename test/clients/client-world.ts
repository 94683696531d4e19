import { afterAll, beforeAll } from 'vitest';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeMarker } from '../fake-vendor/instructions.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

export interface ClientWorld {
  readonly gateway: TestGateway;
  readonly vendor: FakeVendor;
}

/** The markers that the scenarios of other people's clients know by name. */
export const clientMarkers = {
  twoCalls: fakeMarker({ behaviour: 'answer', toolCalls: 2 }),
  cut: fakeMarker({ behaviour: 'cut', afterEvents: 6 }),
  badRequest: fakeMarker({ behaviour: 'bad-request' }),
  rateLimited: fakeMarker({ behaviour: 'rate-limited' }),
  serverError: fakeMarker({ behaviour: 'server-error' }),
};

/** A gateway before a fake vendor, for all tests of a file. */
export const useClientWorld = (): ClientWorld => {
  let vendor: FakeVendor;
  let gateway: TestGateway;
  beforeAll(async () => {
    vendor = await startFakeVendor();
    gateway = await startTestGateway({
      vendors: { openaiBaseUrl: vendor.openaiBaseUrl, anthropicBaseUrl: vendor.anthropicBaseUrl },
    });
  }, 180_000);
  afterAll(async () => {
    await gateway?.close();
    await vendor?.close();
  }, 60_000);
  return {
    get gateway() {
      return gateway;
    },
    get vendor() {
      return vendor;
    },
  };
};
