import type { Thing as M1 } from '../../workflows/messages/room.js';
import type { Thing as M2 } from '../../workflows/flows/room.js';
import type { Thing as M3 } from '../dialects/openai-chat/room.js';
import type { Thing as M4 } from '../console/room.js';

export type Planted = readonly [M1, M2, M3, M4];
