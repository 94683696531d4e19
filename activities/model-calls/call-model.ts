import { randomUUID } from 'node:crypto';
import type { AttemptFailure, FailureClass } from '../../workflows/contracts/failures.js';
import type { AttemptOutcome, CallModelInput } from '../../workflows/contracts/requests.js';
import { afterCrash } from '../../workflows/domain/crash-policy.js';
import type { AttemptContext, ModelCallDependencies } from './attempt-context.js';
import { createAttemptRows } from './attempt-rows.js';
import { claimAttempt } from './claim-attempt.js';
import { makeAttempt, type PendingCall } from './make-attempt.js';
import { settleAtCheckpoint } from './settle-at-checkpoint.js';
import { stopAtVendor } from './stop-at-vendor.js';
import { waitUnlessStopped } from './wait-unless-stopped.js';
import { createWaitingActivities, type WaitingActivities } from './waiting-activities.js';

interface Execution {
  readonly waiting: WaitingActivities;
  readonly outcome: Promise<AttemptOutcome | PendingCall>;
}

/**
 * One attempt at one vendor, exactly once recorded: a second execution for the same number joins the first, returns what
 * was recorded, or, where the first has died, goes on as the crash policy says (docs/durability.md). `pending` is for jobs
 * alone, whose vendor is still at work.
 */
export function createCallModel(
  deps: ModelCallDependencies,
): (input: CallModelInput) => Promise<AttemptOutcome | PendingCall> {
  const running = new Map<string, Execution>();
  const begin = (key: string, input: CallModelInput): Execution => {
    const isUnwanted = (): Promise<boolean> => deps.isUnwanted(input.request.requestId);
    const waiting = createWaitingActivities({ isUnwanted, onError: deps.onError });
    const outcome = execute(deps, input, waiting).finally(() => {
      running.delete(key);
      waiting.end();
    });
    return { waiting, outcome };
  };
  return (input) => {
    const key = `${input.request.requestId}:${input.number}`;
    const activity = deps.activity();
    // Temporal runs an activity again whose worker it believes dead, here too: the second one waits for the first.
    const execution = running.get(key) ?? begin(key, input);
    running.set(key, execution);
    execution.waiting.join(activity);
    return execution.outcome;
  };
}

async function execute(
  deps: ModelCallDependencies,
  input: CallModelInput,
  { cancelled, heartbeat }: WaitingActivities,
): Promise<AttemptOutcome | PendingCall> {
  const sink = await deps.replies.open(input.request);
  const context = { ...deps, input, sink, cancelled, heartbeat, owner: `${deps.instances.id}/${randomUUID()}` };
  try {
    const refusal = await refusalToSend(context);
    if (refusal && !(await isSent(context))) return unsent(input, refusal);
    return await claimAndMake(context);
  } finally {
    sink.close();
  }
}

/** Whoever has left or died since: what an earlier execution has sent, or recorded, is settled. */
function isSent({ input, database }: AttemptContext): Promise<boolean> {
  return createAttemptRows(database).exists(input.request.requestId, input.number);
}

/** Waits as the vendor asked, then says why this attempt must not be sent, if it must not. */
async function refusalToSend(context: AttemptContext): Promise<AttemptFailure | undefined> {
  const { input, sink, cancelled } = context;
  const stop = AbortSignal.any([cancelled, sink.stop as AbortSignal]);
  const stopped = await waitUnlessStopped(input.delayMs, stop);
  // Nothing was sent, so that nothing is unknown where the process ends.
  if (stopped) return { class: stopped === 'lease_lapsed' ? 'content_gone' : stopped };
  const holderAlive = await isHolderAlive(context);
  const move = afterCrash({ ...input.request, row: 'nothing_sent', holderAlive, calls: 0 });
  return move === 'go_on' ? undefined : { class: 'content_gone' };
}

async function isHolderAlive({ input, sink, instances }: AttemptContext): Promise<boolean> {
  return sink.callerIsHere || (await instances.isAlive(input.request.holder));
}

async function claimAndMake(context: AttemptContext): Promise<AttemptOutcome | PendingCall> {
  const { input } = context;
  for (;;) {
    const claim = await claimAttempt(context);
    switch (claim.status) {
      case 'recorded':
        return claim.outcome;
      case 'ended':
        return unsent(input, { class: 'cancelled' });
      case 'mine': {
        const outcome = await makeAttempt(context);
        if (outcome) return outcome;
        break;
      }
      case 'lapsed': {
        const outcome = await takeOver(context, claim);
        if (outcome) return outcome;
        break;
      }
    }
  }
}

/** The sender died with its outcome unknown: calls once more where that is allowed, else settles at what was counted. */
async function takeOver(
  context: AttemptContext,
  claim: Extract<Awaited<ReturnType<typeof claimAttempt>>, { status: 'lapsed' }>,
): Promise<AttemptOutcome | PendingCall | undefined> {
  const { input, owner, database, replies } = context;
  const { request, number } = input;
  // What the vendor has taken on is asked about again, which is no second call.
  if (claim.job ?? input.candidate.tier) {
    if (!(await createAttemptRows(database).takeOver(request.requestId, number, owner, false))) return undefined;
    if (!claim.job || !(await isForNobody(context, claim.calls))) return makeAttempt(context, claim.job);
    await stopAtVendor(context, claim.job);
    return settleAtCheckpoint(context, claim.checkpoint);
  }
  const move = afterCrash({ ...request, row: 'lapsed', holderAlive: true, calls: claim.calls });
  const callAgain = move === 'call_again';
  if (!(await createAttemptRows(database).takeOver(request.requestId, number, owner, callAgain))) return undefined;
  if (!callAgain) return settleAtCheckpoint(context, claim.checkpoint);
  await replies.forget(request, number);
  return makeAttempt(context);
}

/** Whether whoever waited for the answer is gone, and nobody can come back for it. */
async function isForNobody(context: AttemptContext, calls: number): Promise<boolean> {
  const holderAlive = await isHolderAlive(context);
  return afterCrash({ ...context.input.request, row: 'at_vendor', holderAlive, calls }) === 'stop_at_vendor';
}

/** An attempt that never was: nothing was sent and no row was written. */
function unsent({ number, candidate }: CallModelInput, failure: { readonly class: FailureClass }): AttemptOutcome {
  return {
    number,
    ...candidate,
    status: 'failed',
    failure,
    usage: { units: {}, source: 'none' },
    chargeNanoUsd: '0',
    durationMs: 0,
  };
}
