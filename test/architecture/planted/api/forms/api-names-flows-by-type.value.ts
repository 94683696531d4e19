import {} from '../../workflows/flows/room.js';

export const planted = [];
