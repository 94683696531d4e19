import * as m1 from 'fastify';

export const planted = [m1];
