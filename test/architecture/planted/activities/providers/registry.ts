import { thing, type Thing } from './alpha/room.js';

export const providers: readonly Thing[] = [thing];
export type { Thing } from './alpha/room.js';
export { thing } from './alpha/room.js';
