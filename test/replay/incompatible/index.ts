export { chat } from './chat.js';
export { refreshCatalogue } from './refresh-catalogue.js';
