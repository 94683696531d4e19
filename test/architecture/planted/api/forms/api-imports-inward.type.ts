export type { Thing as Ledger } from '../../activities/ledger/room.js';
export type * from '../../activities/content/room.js';
export type Storage = import('../../activities/storage/room.js').Thing;
export type Runtime = typeof import('../../infra/runtime/room.js');
