import type * as m1 from 'node:fs';
import type * as m2 from 'node:fs/promises';
import type * as m3 from 'node:http';
import type * as m4 from 'node:https';
import type * as m5 from 'node:http2';
import type * as m6 from 'node:net';
import type * as m7 from 'node:tls';
import type * as m8 from 'node:dns/promises';
import type * as m9 from 'node:child_process';
import type * as m10 from 'node:worker_threads';

export type Planted = readonly [
  typeof m1,
  typeof m2,
  typeof m3,
  typeof m4,
  typeof m5,
  typeof m6,
  typeof m7,
  typeof m8,
  typeof m9,
  typeof m10,
];
