import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Areas whose files take a minute and more: whichever began last would be waited for alone. */
const SLOW = ['/test/chaos/', '/test/examples/', '/test/privacy/', '/test/clients/'];

/** Vitest's own order, but for what is slow, which comes first. On a fresh checkout Vitest knows no times to go by. */
// eslint-disable-next-line no-restricted-syntax -- Vitest makes it with `new`.
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = SLOW.findIndex((area) => moduleId.includes(area));
      return place === -1 ? SLOW.length : place;
    };
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}
