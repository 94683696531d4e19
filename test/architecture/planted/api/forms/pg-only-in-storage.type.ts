export type Planted = import('pg').Pool;
