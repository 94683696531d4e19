import type * as m1 from 'fastify';

export type Planted = readonly [typeof m1];
