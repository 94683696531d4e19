import { defineSignal } from '@temporalio/workflow';

/**
 * A job's vendor has called back about the attempt of this number: there may be something to see. It carries nothing that is
 * believed; whoever is told looks for itself.
 */
export const vendorSpoke = defineSignal<[number]>('vendorSpoke');
