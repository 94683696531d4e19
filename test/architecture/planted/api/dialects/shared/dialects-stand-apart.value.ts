import { thing as m1 } from '../anthropic-messages/room.js';

export const planted = [m1];
