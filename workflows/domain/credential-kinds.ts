import type { CredentialFields, CredentialKind } from '../contracts/credentials.js';
import { parseNamePairs } from './name-pairs.js';
import { nearestNames } from './nearest-names.js';
import { refuse } from './refusal-error.js';

/** One field of a kind: whether it is secret, whether it can be left out, and what is wrong with a value, if anything. */
interface Field {
  readonly isSecret?: true;
  readonly isOptional?: true;
  readonly problem?: (value: string) => string | undefined;
}

const secret: Field = { isSecret: true };

/** A header carries it, so that it is one printable word. */
const token: Field = {
  ...secret,
  problem: (value) => (/^[\x21-\x7e]+$/.test(value) ? undefined : 'has spaces or characters that are not printable'),
};
const baseUrl: Field = { isOptional: true, problem: urlProblem };

// These become parts of hosts and paths, so that they must be nothing else.
const awsRegion: Field = {
  problem: (value) => (/^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/.test(value) ? undefined : 'is not a region of AWS'),
};
/** Both go into the bodies and addresses of jobs. */
const s3Bucket: Field = {
  isOptional: true,
  problem: (value) =>
    /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](\/[-!_*'().a-z0-9A-Z]+)*$/.test(value) && value.length <= 512
      ? undefined
      : 'is not s3://bucket or s3://bucket/prefix',
};
const gsBucket: Field = {
  isOptional: true,
  problem: (value) =>
    /^gs:\/\/[a-z0-9][-._a-z0-9]{1,220}[a-z0-9](\/[-_.A-Za-z0-9]+)*$/.test(value) && value.length <= 512
      ? undefined
      : 'is not gs://bucket or gs://bucket/prefix',
};
const roleArn: Field = {
  isOptional: true,
  problem: (value) => (/^arn:aws(-[^:]+)?:iam::\d{12}:role\/.+$/.test(value) ? undefined : 'is not the ARN of a role'),
};
const apiVersion: Field = {
  isOptional: true,
  problem: (value) => (/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(value) ? undefined : 'is no date such as 2024-10-21'),
};

/** Names of deployments by model, as in `gpt-4o=my-gpt-4o-batch`. */
const deployments: Field = {
  isOptional: true,
  problem: (value) => {
    const pairs = parseNamePairs(value);
    return typeof pairs === 'string' ? pairs : undefined;
  },
};

/**
 * The fields of each kind. Every field is text; what is not secret is shown and can be read in the database.
 * `base_url` goes up to and with the version, as the vendor's own clients take it.
 */
const CREDENTIAL_KINDS: { readonly [K in CredentialKind]: { readonly [field: string]: Field } } = {
  api_key: { api_key: token, base_url: baseUrl },
  aws: {
    access_key_id: token,
    secret_access_key: token,
    session_token: { ...token, isOptional: true },
    region: awsRegion,
    base_url: baseUrl,
    ...{ batch_bucket: s3Bucket, batch_role_arn: roleArn },
  },
  aws_api_key: { api_key: token, region: awsRegion, base_url: baseUrl },
  google_service_account: {
    service_account_json: { ...secret, problem: serviceAccountProblem },
    project: { isOptional: true, problem: projectProblem },
    location: { isOptional: true, problem: locationProblem },
    base_url: baseUrl,
    batch_bucket: gsBucket,
  },
  azure_api_key: {
    ...{ api_key: token, endpoint: { problem: urlProblem }, api_version: apiVersion },
    batch_deployments: deployments,
  },
  azure_entra: {
    ...{ tenant_id: { problem: idProblem }, client_id: { problem: idProblem }, client_secret: token },
    ...{ endpoint: { problem: urlProblem }, api_version: apiVersion, batch_deployments: deployments },
  },
};

/** What an API key of one vendor's can have beside it. */
const MORE_FIELDS: { readonly [vendor: string]: { readonly [field: string]: Field } | undefined } = {
  openai: {
    webhook_secret: {
      ...{ isSecret: true, isOptional: true },
      problem: (value) =>
        /^whsec_[A-Za-z0-9+/=]+$/.test(value) ? undefined : "is no secret of a webhook, which begins with 'whsec_'",
    },
  },
  // It becomes a part of addresses.
  fireworks: { account_id: { isOptional: true, problem: accountProblem } },
};

/** The vendors that take another kind than an API key, the usual one first. */
const KINDS_BY_VENDOR: { readonly [vendor: string]: readonly CredentialKind[] | undefined } = {
  vertex: ['google_service_account'],
  bedrock: ['aws', 'aws_api_key'],
  azure: ['azure_api_key', 'azure_entra'],
  // Sandbox models are the gateway's own.
  sandbox: [],
};

/** Settings that say where a credential's calls go. */
const ADDRESSES = ['base_url', 'endpoint'] as const;
const FIELD_LENGTH_MAX = 16_384;

export function kindsOf(vendor: string): readonly CredentialKind[] {
  return KINDS_BY_VENDOR[vendor] ?? ['api_key'];
}

/** A vendor that credentials can be of, and where its calls go unless a credential says otherwise. */
export interface CredentialVendor {
  readonly id: string;
  /** Absent where it runs on its owner's machine, so that each credential must say. */
  readonly baseUrl?: string;
}

/** @throws RefusalError `invalid_request` of `vendor`, with the nearest names, or of `kind`. */
export function requireKind(
  vendors: readonly CredentialVendor[],
  vendor: string,
  kind: CredentialKind | undefined,
): CredentialKind {
  const [usual, ...others] = vendors.some(({ id }) => id === vendor) ? kindsOf(vendor) : [];
  if (usual === undefined) {
    const names = vendors.map(({ id }) => id).filter((id) => kindsOf(id).length > 0);
    const nearest = nearestNames(vendor, names, 3).join(', ');
    throw wrong('vendor', `'vendor' is none that takes credentials here. The nearest are: ${nearest}.`);
  }
  if (kind === undefined || kind === usual || others.includes(kind)) return kind ?? usual;
  throw wrong('kind', `'${vendor}' takes no credential of this kind. Send one of: ${[usual, ...others].join(', ')}.`);
}

export interface GivenFields {
  readonly vendor: CredentialVendor;
  readonly kind: CredentialKind;
  /** Whether it is an organisation's own: its calls then go to public addresses alone. */
  readonly isOwn: boolean;
}

/** By which a credential's fields are known. */
export interface CredentialOf {
  readonly vendor: string;
  readonly kind: CredentialKind;
}

/** @throws RefusalError `invalid_request` with the setting's path. Values are never quoted. */
export function checkSettings({ vendor, kind, isOwn }: GivenFields, settings: CredentialFields): void {
  checkFields({ vendor: vendor.id, kind }, 'settings', settings);
  for (const name of ADDRESSES) {
    const address = settings[name];
    if (address === undefined || !isOwn || address.startsWith('https://')) continue;
    throw wrong(
      `settings.${name}`,
      `'settings.${name}' must begin with https://, so that the key is sent to nobody else.`,
    );
  }
  if (kind === 'api_key' && vendor.baseUrl === undefined && settings['base_url'] === undefined) {
    throw wrong('settings.base_url', `'${vendor.id}' runs where you say: set 'settings.base_url'.`);
  }
}

/** @throws RefusalError `invalid_request` with the field's path. Values are never quoted. */
export function checkSecret(of: CredentialOf, fields: CredentialFields): void {
  checkFields(of, 'secret', fields);
}

/** The last four characters of what is most secret in it, and of none that is too short to be told from. */
export function hintOf(kind: CredentialKind, fields: CredentialFields): string {
  // Every service account's JSON ends alike; its key's id is no secret and tells which one it is.
  const told = kind === 'google_service_account' ? keyIdOf(fields) : lastOf(kind, fields);
  return told.length < 12 ? '' : told.slice(-4);
}

function lastOf(kind: CredentialKind, fields: CredentialFields): string {
  const order = ['secret_access_key', 'client_secret', 'api_key'].filter((name) => name in CREDENTIAL_KINDS[kind]);
  return fields[order[0] ?? ''] ?? '';
}

function keyIdOf(fields: CredentialFields): string {
  const id = parseObject(fields['service_account_json'] ?? '')?.['private_key_id'];
  return typeof id === 'string' ? id : '';
}

function checkFields({ vendor, kind }: CredentialOf, group: 'settings' | 'secret', given: CredentialFields): void {
  const more = kind === 'api_key' && Object.hasOwn(MORE_FIELDS, vendor) ? MORE_FIELDS[vendor] : {};
  const known = Object.entries({ ...CREDENTIAL_KINDS[kind], ...more }).filter(
    ([, { isSecret }]) => (isSecret === true) === (group === 'secret'),
  );
  const names = known.map(([name]) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const hint = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
    throw wrong(group, `'${group}' has a field that '${kind}' does not know. ${hint}`);
  }
  for (const [name, field] of known) {
    const param = `${group}.${name}`;
    const value = given[name];
    if (value === undefined || value === '') {
      if (field.isOptional) continue;
      throw wrong(param, `'${param}' is missing. A credential of the kind '${kind}' needs it.`);
    }
    const problem = value.length > FIELD_LENGTH_MAX ? 'is too long' : field.problem?.(value);
    if (problem !== undefined) throw wrong(param, `'${param}' ${problem}.`);
  }
}

function urlProblem(value: string): string | undefined {
  const [, userInfo, rest] = /^https?:\/\/([^/?#\s]*@)?([^\s]+)$/.exec(value) ?? [];
  if (rest === undefined) return 'is no http or https URL';
  if (userInfo !== undefined) return 'has a name or password in it. Send those as the secret';
  return /[?#]/.test(value) ? 'has a query or a fragment, which paths cannot be added to' : undefined;
}

function serviceAccountProblem(value: string): string | undefined {
  const account = parseObject(value);
  if (account === undefined) return "is no JSON object. Send the key file's whole content as one string";
  const missing = ['client_email', 'private_key'].filter((name) => typeof account[name] !== 'string');
  if (missing.length > 0) return `lacks ${missing.join(' and ')}. Send the key file of a service account`;
  const key = String(account['private_key']);
  if (!key.startsWith('-----BEGIN')) return 'has a private_key that is not in PEM form';
  return tokenAddressProblem(account['token_uri']);
}

/** Tokens are asked for there, so that it must not lead into the operator's own network. */
function tokenAddressProblem(uri: unknown): string | undefined {
  if (uri === undefined || (typeof uri === 'string' && /^https:\/\/[a-z0-9-]+\.googleapis\.com\//.test(uri)))
    return undefined;
  return "has a token_uri that is not Google's. Send the key file as Google wrote it";
}

function projectProblem(value: string): string | undefined {
  return /^[a-z0-9][a-z0-9.:-]{0,99}$/.test(value) ? undefined : 'is not the id of a project';
}

function accountProblem(value: string): string | undefined {
  return /^[a-z][a-z0-9-]{0,62}$/.test(value) ? undefined : 'is not the id of an account';
}

function locationProblem(value: string): string | undefined {
  return /^[a-z]+(-[a-z0-9]+)*$/.test(value) ? undefined : "is not a location such as europe-west4, or 'global'";
}

function idProblem(value: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/.test(value) ? undefined : 'is no id or domain';
}

function parseObject(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

function wrong(param: string, message: string): Error {
  return refuse('invalid_request', message, { param });
}
