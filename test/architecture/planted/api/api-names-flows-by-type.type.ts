import type { Thing as M1 } from '../workflows/flows/room.js';

export type Planted = readonly [M1];
