import type * as m1 from '@aws-sdk/client-s3';
import type * as m2 from '@aws-sdk/lib-storage';
import type * as m3 from '@aws-sdk/s3-request-presigner';

export type Planted = readonly [typeof m1, typeof m2, typeof m3];
