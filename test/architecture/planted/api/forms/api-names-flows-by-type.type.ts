export type Planted = typeof import('../../workflows/flows/room.js').thing;
