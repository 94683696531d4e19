import { defineSignal } from '@temporalio/workflow';

/** Has a batch's workflow look at once: somebody wants it to end. */
export const lookSignal = defineSignal('look');
