import { thing as m1 } from '../../workflows/messages/room.js';
import { thing as m2 } from '../../workflows/flows/room.js';
import { thing as m3 } from '../dialects/openai-chat/room.js';
import { thing as m4 } from '../console/room.js';

export const planted = [m1, m2, m3, m4];
