// The walls between rooms. Imports point inward: api and activities to workflows/{contracts,domain}, workers to all.
// Each rule forbids values and types alike, but for those that say `preCompilationOnly: false`: they let types through.
// test/architecture/planted holds a violation of each, by value and by type, which a test shows to be caught.

const tests = '[.]test[.]ts$';
const everyRoom = '^(workflows|activities|api|workers|infra|test)/';
const otherThan = (...allowed) => ({ path: everyRoom, pathNot: allowed.map((folder) => `^${folder}`) });
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;
/** Run by hand to write files that are committed; they may use what only development installs. */
const developerTools = '^infra/catalogue/generate[.]ts$';
const values = { preCompilationOnly: false };

/** Vendors whose wire format is OpenAI's, so that their folder configures that factory and hardly more. */
const builtOnOpenAiCompatible = ['openai', 'openrouter', 'together', 'voyage'];
/** Clouds that serve other makers' models in the makers' own formats, and the folders of those. */
const servesFormatsOf = {
  azure: ['openai', 'openai-compatible', 'anthropic', 'cohere-compatible'],
  bedrock: ['anthropic', 'cohere-compatible'],
  vertex: ['anthropic', 'google', 'openai-compatible'],
};
const standAloneOrElse = [...builtOnOpenAiCompatible, ...Object.keys(servesFormatsOf)];
/** The client that all vendors are called by, and the ways that it goes. */
const httpFiles = '^activities/providers/http(-proxy)?[.]ts$';
/** The shared files that the vendors' own libraries for credentials are for. */
const credentialFiles = ['^activities/providers/entra-token[.]ts$'];
/** Families that may see what callers said; no other does. */
const readsContent = ['content', 'replies', 'requests', 'model-calls', 'ledger', 'tenancy', 'objects', 'batches'];
/** The places that speak to S3: where files rest, and where vendors fetch their work. */
const s3Files = ['^activities/objects/s3-blobs[.]ts$', '^activities/providers/aws-s3[.]ts$'];

const workflows = [
  {
    name: 'contracts-import-nothing',
    comment: 'The language of the house depends on no room, no package and not on Node.',
    from: { path: '^workflows/contracts/', pathNot: tests },
    to: { pathNot: '^workflows/contracts/' },
  },
  {
    name: 'domain-imports-contracts-only',
    comment: 'Pure decisions: no packages, no I/O, no Node.',
    from: { path: '^workflows/domain/', pathNot: tests },
    to: { pathNot: '^workflows/(contracts|domain)/' },
  },
  {
    name: 'messages-import-contracts-only',
    comment: 'Signals, updates and queries are defined by contracts and @temporalio/workflow.',
    from: { path: '^workflows/messages/', pathNot: tests },
    to: { pathNot: ['^workflows/(contracts|messages)/', packages('@temporalio/(workflow|common)')] },
  },
  {
    name: 'flows-import-workflows-only',
    comment: 'A flow runs in the workflow sandbox, and again in every replay.',
    from: { path: '^workflows/flows/', pathNot: tests },
    to: { pathNot: ['^workflows/(contracts|domain|messages|flows)/', packages('@temporalio/(workflow|common)')] },
  },
  {
    name: 'workflows-name-no-other-room',
    comment: 'Nothing in workflows/, a test included, knows who runs it: activities are asked for by a contract.',
    from: { path: '^workflows/' },
    to: { path: everyRoom, pathNot: '^workflows/' },
  },
];

const vendors = [
  {
    name: 'vendor-folders-stand-alone',
    comment: 'Delete the folder and the vendor is gone: it knows no other vendor and no other family.',
    from: {
      path: '^activities/providers/([^/]+)/',
      pathNot: `^activities/providers/(${standAloneOrElse.join('|')})/`,
    },
    to: otherThan(
      'workflows/(contracts|domain)/',
      'activities/providers/(?!registry)[^/]+[.]ts$',
      'activities/providers/$1/',
    ),
  },
  {
    name: 'openai-built-vendors-stand-alone',
    comment: 'As above, but these vendors are made by the openai-compatible factory.',
    from: { path: `^activities/providers/(${builtOnOpenAiCompatible.join('|')})/` },
    to: otherThan(
      'workflows/(contracts|domain)/',
      'activities/providers/(?!registry)[^/]+[.]ts$',
      'activities/providers/($1|openai-compatible)/',
    ),
  },
  ...Object.entries(servesFormatsOf).map(([cloud, makers]) => ({
    name: `${cloud}-stands-on-the-makers-formats`,
    comment: 'As above, but this cloud carries the requests and answers of these makers.',
    from: { path: `^activities/providers/${cloud}/` },
    to: otherThan(
      'workflows/(contracts|domain)/',
      'activities/providers/(?!registry)[^/]+[.]ts$',
      `activities/providers/(${[cloud, ...makers].join('|')})/`,
    ),
  })),
  {
    name: 'vendor-folders-use-no-packages',
    comment: 'No vendor SDK: wire types are ours, and bytes come through providers/http.ts.',
    from: { path: '^activities/providers/[^/]+/', pathNot: tests },
    to: { path: '(^|/)node_modules/' },
  },
  {
    name: 'providers-import-inward',
    comment: 'Adapters know contracts, domain and streams; what they need of a call is given to them.',
    from: { path: '^activities/providers/' },
    to: otherThan('workflows/(contracts|domain)/', 'activities/providers/', 'activities/streams/'),
  },
  {
    name: 'providers-shared-files-name-no-vendor',
    comment: 'What all vendors share knows none of them; the registry is the one list.',
    from: {
      path: '^activities/providers/[^/]+[.]ts$',
      pathNot: [tests, '^activities/providers/registry[^/]*[.]ts$'],
    },
    to: { path: ['^activities/providers/[^/]+/', '^activities/providers/registry[^/]*[.]ts$'] },
  },
  {
    name: 'vendors-do-io-through-http',
    comment: 'One client, so that deadlines, size limits and failure classes are the same for every vendor.',
    // The guard decides to which addresses that client connects.
    from: { path: '^activities/providers/', pathNot: [tests, httpFiles, '^activities/providers/guarded-lookup[.]ts$'] },
    to: { path: '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|net|tls|worker_threads)(/|$)' },
  },
  {
    name: 'cloud-libraries-only-in-credential-files',
    comment: 'They sign and exchange credentials, and do nothing else: requests and answers are ours.',
    from: { pathNot: [tests, '^test/', ...credentialFiles] },
    to: { path: packages('@azure/[^/]+') },
  },
  {
    name: 'aws-libraries-only-in-aws-files',
    comment: 'They sign, find credentials and take streams apart, and do nothing else: requests and answers are ours.',
    from: { pathNot: [tests, '^test/', '^activities/providers/aws-[^/]+[.]ts$', ...s3Files] },
    to: { path: packages('@smithy/[^/]+', '@aws-crypto/[^/]+', '@aws-sdk/[^/]+') },
  },
  {
    name: 's3-libraries-only-in-s3-files',
    comment:
      'Where bytes rest, and where vendors fetch their work, is the business of one file each; all others know the port.',
    from: { pathNot: [tests, '^test/', ...s3Files] },
    to: { path: packages('@aws-sdk/client-s3', '@aws-sdk/lib-storage', '@aws-sdk/s3-request-presigner') },
  },
  {
    name: 'google-auth-only-in-google-token',
    comment: 'One file holds keys of Google Cloud; others are given a source of tokens.',
    from: { pathNot: [tests, '^test/', '^activities/providers/google-token[.]ts$'] },
    to: { path: packages('google-auth-library') },
  },
  {
    name: 'standardwebhooks-only-in-two-files',
    comment:
      'One makes secrets and signatures, by the library whose other half receivers have; one checks those of vendors.',
    from: {
      pathNot: [
        ...[tests, '^test/', '^activities/webhooks/sign-webhook[.]ts$'],
        '^activities/providers/check-standard-webhook[.]ts$',
      ],
    },
    to: { path: packages('standardwebhooks') },
  },
  {
    name: 'undici-only-in-providers-http',
    comment: 'One client calls vendors.',
    from: { pathNot: [tests, '^test/', httpFiles] },
    to: { path: packages('undici') },
  },
];

const activities = [
  {
    name: 'families-stand-alone',
    comment:
      'A family knows contracts, domain, storage, streams and itself; content and the vendor port have walls of their own.',
    from: { path: '^activities/(?!providers/|storage/)([^/]+)/' },
    to: otherThan(
      'workflows/(contracts|domain)/',
      'activities/$1/',
      'activities/storage/',
      'activities/streams/',
      'activities/content/',
      'activities/providers/port[.]ts$',
    ),
  },
  {
    name: 'content-is-for-those-who-handle-it',
    comment: 'What callers said is read only where it is sent, answered, accepted or deleted.',
    from: { path: '^activities/', pathNot: `^activities/(${readsContent.join('|')})/` },
    to: { path: '^activities/content/' },
  },
  {
    name: 'vendor-port-is-for-model-calls',
    comment: 'Only model-calls asks a vendor anything, and only by the port.',
    from: { path: '^activities/(?!providers/|model-calls/)' },
    to: { path: '^activities/providers/' },
  },
  {
    name: 'storage-knows-no-family',
    comment: 'Connections and transactions; whose rows they carry is not its business.',
    from: { path: '^activities/storage/' },
    to: otherThan('workflows/(contracts|domain)/', 'activities/storage/'),
  },
  {
    name: 'streams-know-nothing',
    comment: 'Whose bytes flow is not their business.',
    from: { path: '^activities/streams/' },
    to: otherThan('activities/streams/'),
  },
  {
    name: 'pg-only-in-storage',
    comment:
      'One way to the database. infra/local prepares the server that it has started; types may be named anywhere.',
    from: { pathNot: [tests, '^test/', '^activities/storage/', '^infra/(migrations|local)/'] },
    to: { path: packages('pg'), ...values },
  },
];

const api = [
  {
    name: 'api-imports-inward',
    comment: 'The API starts workflows and renders replies through ports; it runs nothing itself.',
    from: { path: '^api/' },
    to: otherThan('api/', 'workflows/'),
  },
  {
    name: 'api-names-flows-by-type',
    comment: 'A flow is started by its name; its code belongs to the sandbox.',
    from: { path: '^api/' },
    to: { path: '^workflows/flows/', ...values },
  },
  {
    name: 'dialects-stand-apart',
    comment: 'Wire types never leave their folder; what dialects share is in api/dialects/shared.',
    from: { path: '^api/dialects/([^/]+)/' },
    to: { path: '^api/dialects/', pathNot: ['^api/dialects/($1|shared)/', '^api/dialects/[^/]+[.]ts$'] },
  },
  {
    name: 'management-and-reads-speak-no-dialect',
    comment: 'They have a shape of their own and start no workflow. Domain is for rendering money exactly.',
    from: { path: '^api/(management|reads)/' },
    to: { path: ['^workflows/(messages|flows)/', '^api/(dialects|console)/'] },
  },
  {
    name: 'console-speaks-http',
    comment: 'The web app is a client like any other: no server code, no Node.',
    from: { path: '^api/console/' },
    to: {
      path: [everyRoom, packages('@temporalio/[^/]+', 'fastify', '@fastify/[^/]+', 'pg', 'undici')],
      pathNot: '^api/console/',
    },
  },
  {
    name: 'console-runs-in-a-browser',
    comment: 'As above, for the modules of Node.',
    from: { path: '^api/console/', pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
];

const infra = [
  {
    name: 'infra-imports-contracts-only',
    comment: 'Configuration, migrations and local services know no room that runs on them.',
    from: { path: '^infra/(?!cli/|catalogue/)' },
    to: otherThan('workflows/contracts/', 'infra/'),
  },
  {
    name: 'catalogue-imports-contracts-and-domain',
    comment: 'Data, checked by the rules that will price it.',
    from: { path: '^infra/catalogue/' },
    to: otherThan('workflows/(contracts|domain)/', 'infra/'),
  },
  {
    name: 'cli-composes-audit-ledger-and-storage',
    comment: 'An operator audits and migrates; serving is the workers’ part.',
    from: { path: '^infra/cli/' },
    to: otherThan('workflows/(contracts|domain)/', 'activities/(audit|ledger|storage)/', 'infra/'),
  },
  {
    name: 'infra-rooms-stand-apart',
    comment: 'All may use infra/runtime; only the local stack and the CLI put the others together.',
    from: { path: '^infra/(?!local/|cli/)([^/]+)/' },
    to: { path: '^infra/', pathNot: '^infra/($1|runtime)/' },
  },
];

const everywhere = [
  {
    name: 'nobody-imports-workers',
    comment: 'Composition is the last thing that happens.',
    from: { pathNot: '^(workers|test)/' },
    to: { path: '^workers/' },
  },
  {
    name: 'nobody-imports-test',
    comment: 'What crosses rooms is tested in test/; a unit test beside its source may use test/support.',
    from: { pathNot: '^test/' },
    to: { path: '^test/' },
  },
  {
    name: 'production-imports-no-test-or-tool',
    comment: 'Either runs when it is imported.',
    from: { pathNot: [tests, '^test/'] },
    to: { path: [tests, developerTools] },
  },
  {
    name: 'no-circular-imports',
    comment: 'Two files that need each other are one file, or three.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'imports-resolve',
    comment: "Neither a wall nor a user can follow it. Other people's clients are installed apart from the project.",
    from: { pathNot: '^test/clients/node/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'packages-are-listed',
    comment: 'A package that another one brought along goes when that one does.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-dev-packages-in-production',
    comment: '`npm ci --omit=dev` must run.',
    from: { pathNot: [tests, '^test/', developerTools] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
  },
  {
    name: 'temporal-worker-only-in-workers',
    comment: 'The worker and its native connection are made at the composition root.',
    from: { pathNot: '^(workers|test|infra/runtime)/' },
    to: { path: packages('@temporalio/worker') },
  },
  {
    name: 'temporal-client-only-in-workers',
    comment: 'The API starts workflows through the RequestStarter port.',
    from: { pathNot: '^(workers|test|infra)/' },
    to: { path: packages('@temporalio/client') },
  },
  {
    name: 'temporal-workflow-only-in-workflows',
    comment: 'It works inside the sandbox only.',
    from: { pathNot: '^(workflows|workers|test)/' },
    to: { path: packages('@temporalio/workflow') },
  },
  {
    name: 'image-size-only-in-image-probe',
    comment: 'What callers send is looked into in one place, after its first bytes have said that it is a picture.',
    from: { pathNot: [tests, '^test/', '^api/http/image-probe[.]ts$'] },
    to: { path: packages('image-size') },
  },
  {
    name: 'fastify-only-in-api',
    comment: 'The web framework ends at the API’s edge.',
    from: { pathNot: '^(api|workers|test)/' },
    to: { path: packages('fastify', '@fastify/[^/]+') },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...workflows, ...vendors, ...activities, ...api, ...infra, ...everywhere].map((rule) => ({
    severity: 'error',
    ...rule,
  })),
  options: {
    // `specify` compares with what the compiler leaves of the imports, so that a type import is told from a value.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/architecture/planted/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
