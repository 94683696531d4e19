import type * as m1 from '@smithy/signature-v4';
import type * as m2 from '@smithy/eventstream-codec';
import type * as m3 from '@aws-crypto/sha256-js';
import type * as m4 from '@aws-sdk/credential-provider-node';

export type Planted = readonly [typeof m1, typeof m2, typeof m3, typeof m4];
