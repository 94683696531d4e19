import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Settings } from './settings.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface TemporalConfig {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Where the gateway's own worker takes interactive requests from. */
  readonly taskQueue: string;
  readonly apiKey?: string;
  /** Shaped as `TLSConfig` of the Temporal SDK; absent for a plain connection. */
  readonly tls?: {
    readonly serverNameOverride?: string;
    readonly serverRootCACertificate?: Buffer;
    readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
  };
}

export interface VendorConfig {
  /** Absent where this vendor may not be called, or runs on its operator's machine and asks for none. */
  readonly apiKey?: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Whose its batches are, where the vendor wants to be told. */
  readonly accountId?: string;
}

/** A resource of Azure OpenAI or Foundry. */
export interface AzureConfig {
  /** Without `/openai/v1`, for example `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  /** A dated version; absent for the v1 API. */
  readonly apiVersion?: string;
  /** Names of deployments by model, where they differ. */
  readonly deployments: Readonly<Record<string, string>>;
  /** The same of those of the type *Batch*; absent where the resource has none. */
  readonly batchDeployments?: Readonly<Record<string, string>>;
  /** Absent where it is called with Entra ID. */
  readonly apiKey?: string;
  /** Absent, beside no key, where Entra ID's credential is whatever the environment has. */
  readonly entra?: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
}

/** Amazon Bedrock: by an API key, else by a pair of keys, else by what AWS's own tools would find. */
export interface BedrockConfig {
  readonly region: string;
  /** Without a slash at its end; absent for the region's own endpoint. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly profile?: string;
  /** Absent where no batches go there. */
  readonly batches?: BedrockBatchConfig;
}

export interface BedrockBatchConfig {
  /** Without a slash at its end. */
  readonly bucket: `s3://${string}`;
  readonly roleArn: string;
  readonly minLines: number;
  /** Without a slash at their ends; absent for AWS's own. */
  readonly baseUrl?: string;
  readonly s3Url?: string;
}

/** A project of Google Cloud that may call Vertex AI. */
export interface VertexConfig {
  readonly project: string;
  /** A region, or `global`. */
  readonly location: string;
  readonly baseUrl?: string;
  /** What a service account's key file holds; absent where the machine has credentials itself. */
  readonly credentials?: JsonObject;
  readonly accessToken?: string;
  /** Absent where no batches go there; without a slash at their ends. */
  readonly batches?: { readonly bucket: `gs://${string}`; readonly storageUrl?: string };
}

/** Where files and outputs rest, and for how long. */
export interface ObjectsConfig {
  /** Each under a key of its own; otherwise by the bucket's server. */
  readonly sealed: boolean;
  readonly maxFileBytes: number;
  readonly retention: { readonly fileMs: number; readonly outputMs: number };
  /** Absent for the data folder. */
  readonly s3?: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint?: string;
    readonly pathStyle: boolean;
    readonly prefix?: string;
    readonly kmsKeyId?: string;
    /** Absent for what AWS's own tools would find. */
    readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Everything that the environment decides, by concern. Printing it, or making JSON of it, shows no secret. */
export interface Config {
  readonly database: { readonly url: string };
  readonly temporal: TemporalConfig;
  readonly http: {
    readonly host: string;
    /** 0 asks for any free port. */
    readonly port: number;
    /** Where callers reach us, if that differs from host and port. */
    readonly publicUrl?: string;
    /** Whether vendors are told to call there about jobs. */
    readonly vendorWebhooks: boolean;
    readonly maxInFlight: number;
    readonly maxBodyBytes: number;
  };
  readonly timeouts: {
    readonly firstTokenMs: number;
    readonly totalMs: number;
    readonly slowReaderMs: number;
    readonly answerHoldMs: number;
    readonly keepAliveMs: number;
    readonly drainMs: number;
  };
  readonly objects: ObjectsConfig;
  /** Requests whose callers come back for the answer. */
  readonly jobs: {
    /** Jobs that may be at vendors from one process at once; with 0 it leaves all of their steps to others. */
    readonly slots: number;
    /** The same over all processes, of an organisation and at a vendor; 0 for any number. */
    readonly perOrganization: number;
    readonly perVendor: number;
    readonly deadlineMs: number;
    readonly attemptMs: number;
    readonly resultHoldMs: number;
    /** Schedules that a project may have. */
    readonly schedulesPerProject: number;
  };
  /** Requests that are handed in together. */
  readonly batches: {
    readonly maxLines: number;
    /** Lines of one batch that run at once. */
    readonly linesAtOnce: number;
    /** How long a batch and its outputs are kept, from its end on. */
    readonly retentionMs: number;
    /** Lines may be run in their vendors' own batches. */
    readonly native: boolean;
    /** The shortest window that they are run so in. */
    readonly nativeFromMs: number;
    /** How long a vendor's batch waits at most for further lines before it is handed in. */
    readonly vendorOpenMs: number;
    /** The most that the requests of one batch at a vendor come to. */
    readonly vendorMaxBytes: number;
  };
  /** How long usage records are kept at least; they go by whole months. */
  readonly usage: { readonly retentionDays: number };
  /** Where newer price data is read from, and how often; without URLs never. */
  readonly catalogueRefresh: { readonly urls: readonly string[]; readonly everyMs: number };
  /** Who may be told of events, and when again where they did not listen; absent for the usual times. */
  readonly webhooks: { readonly allowPrivate: boolean; readonly retrySeconds?: readonly number[] };
  /** Failures in a row after which a vendor's offer is left alone for a while; 0 for never. */
  readonly circuits: { readonly failures: number };
  readonly vendors: {
    /** The secret is of the webhooks that are named in its dashboard. */
    readonly openai: VendorConfig & { readonly webhookSecret?: string };
    readonly anthropic: VendorConfig;
    /** Absent where no resource is named. */
    readonly azure?: AzureConfig;
    /** Absent where it may not be called. */
    readonly bedrock?: BedrockConfig;
    /** The Gemini API. */
    readonly google: VendorConfig;
    /** Absent where no project is named. */
    readonly vertex?: VertexConfig;
    /** Those of OpenAI's chat dialect and those without chat that may be called, by their names in the catalogue. */
    readonly compatible: Readonly<Record<string, VendorConfig>>;
    readonly sandbox: boolean;
    /** Where each vendor's calls go that a credential sends nowhere else, by their names; without one for the operator's own servers. */
    readonly baseUrls: Readonly<Record<string, string>>;
  };
  /** What vendors are reached through; URLs may hold credentials. */
  readonly proxies: { readonly https?: string; readonly http?: string; readonly noProxy?: string };
  /** 32 bytes each. */
  readonly secrets: {
    readonly keyPepper: Buffer;
    readonly masterKey: Buffer;
    /** The master key of before, under which credentials may still be sealed. */
    readonly previousMasterKey?: Buffer;
  };
  readonly local: LocalConfig;
  readonly logLevel: Settings['SLUICE_LOG_LEVEL'];
}

/** What `npm start` hands to the gateway that it starts. */
export interface LocalConfig {
  /** Absolute. */
  readonly dataDir: string;
  /** An exact decimal number of USD. */
  readonly limitUsd: string;
  /** The keys to make valid at the start; absent outside `npm start`. */
  readonly apiKey?: string;
  readonly adminKey?: string;
}

/** As `Config`, before `npm start` has supplied what it can supply itself. */
export interface StartConfig extends Omit<Config, 'database' | 'temporal' | 'secrets'> {
  /** Absent: run a Postgres here. */
  readonly database?: { readonly url: string };
  /** No address: run a Temporal here. */
  readonly temporal: Omit<TemporalConfig, 'address'> & { readonly address?: string };
  readonly secrets: Partial<Config['secrets']>;
  /** True where the user named the port, which then must not be moved. */
  readonly portIsChosen: boolean;
}
