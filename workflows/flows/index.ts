// What the worker's bundle is made of: one exported workflow a file.
export { chat } from './chat.js';
export { media } from './media.js';
export { job } from './job.js';
export { batch } from './batch.js';
export { vendorBatch } from './vendor-batch.js';
export { deliverWebhook } from './deliver-webhook.js';
export { runSchedule } from './run-schedule.js';
export { refreshCatalogue } from './refresh-catalogue.js';
