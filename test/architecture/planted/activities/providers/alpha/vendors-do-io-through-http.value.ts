import * as m1 from 'node:fs';
import * as m2 from 'node:fs/promises';
import * as m3 from 'node:http';
import * as m4 from 'node:https';
import * as m5 from 'node:http2';
import * as m6 from 'node:net';
import * as m7 from 'node:tls';
import * as m8 from 'node:dns/promises';
import * as m9 from 'node:child_process';
import * as m10 from 'node:worker_threads';

export const planted = [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10];
