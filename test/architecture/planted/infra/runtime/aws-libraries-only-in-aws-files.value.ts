import * as m1 from '@smithy/signature-v4';
import * as m2 from '@smithy/eventstream-codec';
import * as m3 from '@aws-crypto/sha256-js';
import * as m4 from '@aws-sdk/credential-provider-node';

export const planted = [m1, m2, m3, m4];
