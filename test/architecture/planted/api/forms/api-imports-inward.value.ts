import '../../workers/room.js';
import { thing, type Thing } from '../../infra/runtime/room.js';

export { thing as ledger } from '../../activities/ledger/room.js';
export * from '../../activities/content/room.js';
export const load = async (): Promise<unknown> => import('../../activities/storage/room.js');
export const planted: readonly Thing[] = [thing];
