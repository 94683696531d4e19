import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from '../dependencies.js';
import { errorFields } from '../http/to-refusal.js';

/** `live`: this process answers. `ready`: it can serve, and it is not about to stop. Neither needs a key. */
export function registerHealthRoutes(app: FastifyInstance, { health, isDraining, log }: AppDependencies): void {
  const options = { config: { kind: 'health' }, exposeHeadRoute: true } as const;
  app.get('/health/live', options, () => ({ status: 'ok' }));
  app.get('/health/ready', options, async (request, reply) => {
    if (isDraining()) return reply.code(503).send({ status: 'draining', checks: {} });
    try {
      const { ok, checks } = await health.check();
      return await reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'down', checks });
    } catch (error) {
      log.error({ requestId: request.id, ...errorFields(error) }, 'the health check failed');
      return reply.code(503).send({ status: 'down', checks: {} });
    }
  });
}
