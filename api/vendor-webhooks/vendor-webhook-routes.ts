import type { FastifyInstance, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { CalledBack, VendorMessage } from '../../workflows/contracts/vendor-webhooks.js';
import type { AppDependencies } from '../dependencies.js';
import { createAdmission } from '../http/admission.js';
import { refused } from '../http/refused-error.js';
import { createCallLimit } from './call-limit.js';

/** Vendors send the whole result along, addresses of files for the most part. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** An event of an account names what it is about, and little else. */
const MAX_EVENT_BYTES = 64 * 1024;
/** With the size above what all of them together may take of the memory. */
const MAX_AT_ONCE = 32;
/** A vendor calls a job's address once or twice, and some five times where nobody answers. */
const CALLS_PER_MINUTE = 20;

interface Route {
  Params: { readonly vendor: string; readonly token: string };
}

declare module 'fastify' {
  interface FastifyRequest {
    calledBack: CalledBack | undefined;
  }
}

/**
 * Where vendors tell that a job has got on. The address is the caller's only proof before its body is read: one that was not made
 * here costs no more than a hash. What is said is a hint, and believed by nobody.
 */
export function registerVendorWebhookRoutes(
  app: FastifyInstance,
  { vendorWebhooks, isDraining }: AppDependencies,
): void {
  const admit = createAdmission({ maxInFlight: MAX_AT_ONCE, isDraining });
  const limit = createCallLimit(CALLS_PER_MINUTE);
  const know = (request: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void => {
    const { vendor, token } = request.params as Route['Params'];
    request.calledBack = vendorWebhooks.attemptOf(vendor, token);
    if (!request.calledBack) throw refused('not_found');
    const waitMs = limit.take(token, Date.now());
    if (waitMs > 0)
      throw refused('rate_limit_exceeded', 'This address was called too often.', { retryAfterMs: waitMs });
    done();
  };
  app.register((scope, _options, done) => {
    scope.decorateRequest('calledBack', undefined);
    // Signatures are over the bytes as they came, whatever their type.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    const options = {
      config: { kind: 'vendor_webhook' as const },
      bodyLimit: MAX_BODY_BYTES,
      onRequest: [know, admit],
    };
    scope.post<Route>('/v1/vendor_webhooks/:vendor/:token', options, async (request) => {
      const { calledBack } = request;
      if (!calledBack) throw refused('not_found');
      const became = await vendorWebhooks.receive(calledBack, messageOf(request));
      if (became === 'forged') throw refused('webhook_not_genuine');
      if (became === 'unchecked') throw refused('unavailable', 'The vendor’s own keys cannot be had at the moment.');
      return { received: true };
    });
    const ofAccount = { config: options.config, bodyLimit: MAX_EVENT_BYTES, onRequest: [admit] };
    scope.post<{ Params: { readonly vendor: string } }>('/v1/vendor_webhooks/:vendor', ofAccount, async (request) => {
      const became = await vendorWebhooks.receiveEvent(request.params.vendor, messageOf(request));
      if (became === 'unknown') throw refused('not_found');
      if (became === 'forged') throw refused('webhook_not_genuine');
      return { received: true };
    });
    done();
  });
}

function messageOf({ headers, body }: FastifyRequest): VendorMessage {
  return { headers: singleHeaders(headers), body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
}

function singleHeaders(headers: FastifyRequest['headers']): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
