import type { Call } from '../../workflows/contracts/media-calls.js';
import type { ReplyAttachment } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { isTerminal } from './answer-renderer.js';
import { backstopOf, warnOf } from './backstop-options.js';
import type { Execution, ExecutionDependencies } from './execution.js';
import { holdContent } from './held-content.js';
import { startWorkflow } from './start-workflow.js';
import { withBackstop } from './with-backstop.js';

/** Starts a request whose caller waits here. The channel is open before the workflow is, so that no event is missed. */
export async function startRequest(deps: ExecutionDependencies, input: RequestInput, call: Call): Promise<Execution> {
  const { requestId, retention, deadlines, onDisconnect } = input;
  const content = holdContent(deps, input, call);
  const attachment = deps.replies.attach(requestId, { slowReaderMs: deadlines.slowReaderMs, retention });
  try {
    const { eager } = await startWorkflow(deps, input);
    if (!eager) deps.onMetric?.('non_eager_start');
    content.started(eager);
  } catch (error) {
    // Without its content, a workflow that was started after all releases what it held.
    attachment.leave(onDisconnect === 'cancel' ? 'abort' : 'finish');
    content.forget();
    throw error;
  }
  const state = { over: false };
  return {
    requestId,
    stored: input.stored === true,
    events: read(deps, input, attachment, () => {
      state.over = true;
      content.forget();
    }),
    leave: () => {
      if (state.over) return;
      state.over = true;
      if (onDisconnect === 'finish') {
        attachment.leave('finish');
        content.leave();
        return;
      }
      attachment.leave('abort');
      content.forget();
      // The abort reaches a vendor call of this process only; what runs elsewhere, or has not come so far, is told by this.
      deps.requests.requestCancel(requestId).catch(warnOf(deps.log, requestId, 'a cancellation was not stored'));
    },
  };
}

async function* read(
  deps: ExecutionDependencies,
  input: RequestInput,
  attachment: ReplyAttachment,
  onEnd: () => void,
): AsyncGenerator<ReplyEvent> {
  for await (const event of withBackstop(attachment.events, backstopOf(deps, input))) {
    if (!isTerminal(event)) {
      yield event;
      continue;
    }
    onEnd();
    // A no-op where the channel gave this event; where the backstop did, nothing will be read any more.
    attachment.leave('finish');
    yield event;
    return;
  }
  // The channel ends by itself in one case: its caller read too slowly.
  onEnd();
  yield { type: 'failed', failure: { class: 'slow_reader' }, detail: { message: '' } };
}
