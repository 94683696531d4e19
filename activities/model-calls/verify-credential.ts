import type { ChatCall } from '../../workflows/contracts/call.js';
import type { CredentialVerifier, VendorAccount, Verification } from '../../workflows/contracts/credentials.js';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import { cheapestOf } from '../../workflows/domain/model-index.js';
import { type Provider, ProviderFailure } from '../providers/port.js';

const deadlineMs = 15_000;

/**
 * Asks a vendor whether it takes a credential: by a question that costs nothing where the vendor has one, else by a call of
 * its cheapest model for one token. What the vendor says is read for its class alone: its words may repeat the secret.
 */
export function createCredentialVerifier(deps: {
  readonly create: (account: VendorAccount) => Provider | undefined;
  readonly catalogue: Catalogue;
  readonly onBug: (error: unknown) => void;
}): CredentialVerifier {
  return {
    verify: async (account) => {
      const provider = deps.create(account);
      if (!provider) return unusable('internal', account);
      const late = AbortSignal.timeout(deadlineMs);
      try {
        if (await provider.verify?.(late)) return VALID;
        const offer = cheapestOf(deps.catalogue.offers.filter(({ vendor }) => vendor === account.vendor));
        const { chat } = provider;
        if (!offer || !chat) return UNASKED;
        await sayOneToken({ ...provider, chat }, offer, late);
        return VALID;
      } catch (error) {
        if (error instanceof ProviderFailure)
          return unusable(late.aborted ? 'timeout_total' : error.failure.class, account);
        deps.onBug(error);
        return unusable('internal', account);
      }
    },
  };
}

const VALID: Verification = { status: 'valid', message: 'The vendor takes this credential.' };
const UNASKED: Verification = {
  status: 'unreachable',
  message:
    'The vendor has no question that is free, and the catalogue no model of it to ask: send a request to find out.',
};

async function sayOneToken(provider: Required<Pick<Provider, 'chat'>>, offer: Offer, signal: AbortSignal): Promise<void> {
  const call: ChatCall = {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: { messages: [{ role: 'user', content: 'hi' }] } },
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    tools: [],
    choices: 1,
    maxOutputTokens: 1,
    stream: false,
  };
  const attempt = { call, offer, maxOutputTokens: 1, attemptKey: `verify-${crypto.randomUUID()}`, signal };
  for await (const frame of provider.chat(attempt)) void frame;
}

/** Classes by which the vendor has looked at the credential and takes it, though it would not answer this call. */
const TAKEN_ALL_THE_SAME: ReadonlySet<FailureClass> = new Set<FailureClass>([
  ...(['invalid_request', 'model_not_found', 'context_length', 'content_policy', 'request_too_large'] as const),
  'rate_limited',
]);

function unusable(failureClass: FailureClass, { organizationId }: VendorAccount): Verification {
  if (TAKEN_ALL_THE_SAME.has(failureClass)) return VALID;
  const status = failureClass in REFUSED ? 'invalid' : 'unreachable';
  const guarded = organizationId === undefined ? '' : ' An organisation’s own credential calls public addresses alone.';
  const unreachable = `The vendor could not be asked (${failureClass}): check the address in the settings, or try later.${guarded}`;
  return { status, failureClass, message: REFUSED[failureClass] ?? unreachable };
}

/** Classes by which the vendor refuses the credential itself, and what to do. */
const REFUSED: { readonly [K in FailureClass]?: string } = {
  auth: 'The vendor refuses this credential: it is mistyped, revoked or of another service. Send the secret anew.',
  permission: 'The vendor knows this credential and permits it too little. Give it the right to call models there.',
  quota_exhausted: 'The vendor knows this credential, and its account is out of credit. Add credit there.',
};
