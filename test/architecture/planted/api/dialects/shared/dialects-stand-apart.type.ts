import type { Thing as M1 } from '../anthropic-messages/room.js';

export type Planted = readonly [M1];
