import pg, { type Pool } from 'pg';

export const planted = (): Pool => new pg.Pool();
