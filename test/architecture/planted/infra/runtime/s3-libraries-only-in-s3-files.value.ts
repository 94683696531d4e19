import * as m1 from '@aws-sdk/client-s3';
import * as m2 from '@aws-sdk/lib-storage';
import * as m3 from '@aws-sdk/s3-request-presigner';

export const planted = [m1, m2, m3];
