import type { ProjectRateLimit, RateLimit, RateLimitRules, RateLimits } from '../../workflows/contracts/rate-limits.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { FakeWorld } from './fake-world.js';

/** Says of every take what the test has laid down. */
export function createFakeRateLimits(world: () => Pick<FakeWorld, 'limited' | 'givenBack'>): RateLimits {
  return {
    prepare: () => {
      const { limited } = world();
      return Promise.resolve(limited && { statement: { text: '', values: [] }, read: () => limited });
    },
    take: (prepared) => Promise.resolve(prepared.read([])),
    giveBack: (requestId) => {
      world().givenBack.push(requestId);
      return Promise.resolve();
    },
  };
}

/** Limits of one organisation in memory, and one object of a project's, `rl_1`. */
export function createFakeRateLimitRules(): RateLimitRules {
  const limits = new Map<string, RateLimit>();
  let ofProject: ProjectRateLimit = { id: 'rl_1', model: 'openai/*', amounts: { requestsPerMinute: 5 } };
  const find = (id: string): RateLimit => {
    const limit = limits.get(id);
    if (!limit) throw refuse('limit_not_found');
    return limit;
  };
  return {
    create: async ({ organizationId }, limit) => {
      const id = `limit_${limits.size + 1}`;
      const created = { ...limit, id, organizationId, createdAt: '2026-11-01T00:00:00.000Z' };
      limits.set(id, created);
      return created;
    },
    get: async (_organizationId, id) => find(id),
    list: async () => ({ data: [...limits.values()], hasMore: false }),
    modify: async (_by, id, amount) => {
      const modified = { ...find(id), amount };
      limits.set(id, modified);
      return modified;
    },
    remove: async (_by, id) => void limits.delete(find(id).id),
    listForProject: async () => ({ data: [ofProject], hasMore: false }),
    updateForProject: async (_by, _projectId, id, changes) => {
      if (id !== ofProject.id) throw refuse('limit_not_found');
      const amounts = Object.entries({ ...ofProject.amounts, ...changes }).filter(([, amount]) => amount !== null);
      ofProject = { ...ofProject, amounts: Object.fromEntries(amounts) };
      return ofProject;
    },
  };
}
