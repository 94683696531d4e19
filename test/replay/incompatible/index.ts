export { chat } from './chat.js';
export { job } from './job.js';
export { refreshCatalogue } from './refresh-catalogue.js';
