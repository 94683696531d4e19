import { createHash } from 'node:crypto';

/** Credentials of AWS, its own words for them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present where the credentials are temporary. */
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** How a request shows who sends it: by an API key as it is, or by a signature with credentials that may be renewed. */
export type AwsAccess =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'signed'; readonly credentials: () => Promise<AwsCredentials> };

export interface AwsRequest {
  /** `POST` unless given. */
  readonly method?: 'GET';
  /** With its path and query already percent-encoded, as they go over the wire; no name comes twice in the query. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export interface AwsScope {
  /** The service's name in signatures, for example `bedrock`. */
  readonly service: string;
  readonly region: string;
}

/**
 * The request's headers with those that show who sends it: `authorization`, by Signature Version 4 (AWS, "Signature Version 4
 * for API requests") with what it needs, or the API key. The path is encoded once more within the signature, as all
 * services but S3 demand.
 */
export async function authorizeAwsRequest(
  { method, url, headers, body }: AwsRequest,
  access: AwsAccess,
  { service, region }: AwsScope,
  now = new Date(),
): Promise<{ readonly [name: string]: string }> {
  if (access.type === 'bearer') return { ...headers, authorization: `Bearer ${access.token}` };
  const { SignatureV4, Sha256 } = await loadSigner();
  const { protocol, hostname, host, pathname, searchParams } = new URL(url);
  const signer = new SignatureV4({ service, region, credentials: access.credentials, sha256: Sha256 });
  const signed = await signer.sign(
    {
      ...{ method: method ?? 'POST', protocol, hostname, path: pathname, body },
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host, 'x-amz-content-sha256': hashOf(body) },
    },
    { signingDate: now },
  );
  // The client sets the host itself, and to the same value.
  return Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== 'host'));
}

/** With the first request: the libraries take a third of a second to load, and most gateways sign nothing. */
async function loadSigner() {
  const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
  ]);
  return { SignatureV4, Sha256 };
}

/** Node's own hash: the signer's is written in JavaScript, and a body with images is long. */
function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
