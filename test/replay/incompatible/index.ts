export { batch } from './batch.js';
export { vendorBatch } from './vendor-batch.js';
export { chat } from './chat.js';
export { deliverWebhook } from './deliver-webhook.js';
export { job } from './job.js';
export { runSchedule } from './run-schedule.js';
export { refreshCatalogue } from './refresh-catalogue.js';
