import { continueAsNew, proxyActivities, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import type { DeliveryInput, DeliveryStep, WebhookActivities } from '../contracts/webhooks.js';
import { HEARTBEAT_TIMEOUT, STEP_RETRY, WEBHOOK_TIMEOUT } from './steps/timeouts.js';

const webhooks = proxyActivities<WebhookActivities>({
  startToCloseTimeout: WEBHOOK_TIMEOUT,
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: STEP_RETRY,
});

setWorkflowOptions({ failureExceptionTypes: [Error] }, deliverWebhook);

/**
 * Tells one endpoint of one event: attempts until it is taken, or nobody wants it any more, or a day is over. When the next one is due
 * is the activity's to say, which knows what was answered; neither the address nor the event comes here.
 */
export async function deliverWebhook({ deliveryId }: DeliveryInput): Promise<DeliveryStep> {
  for (let postponed = 0; ;) {
    const step = await webhooks.sendWebhook({ deliveryId, postponed });
    if (step.status !== 'retry' && step.status !== 'postponed') return step;
    postponed = step.status === 'postponed' ? postponed + 1 : 0;
    await sleep(step.afterMs);
    // Who stands back for days behind others fills its history.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliverWebhook>({ deliveryId });
  }
}
