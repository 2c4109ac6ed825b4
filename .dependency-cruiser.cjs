/**
 * The layout's rules: who may import whom. test/architecture breaks each of them on purpose, to show that it works.
 * Packages of the workspace are resolved to their sources, so nothing needs to be built first.
 */
const SPEC = '[.](?:spec|fixture)[.]ts$';
const PURE = '[.](?:decider|projection|statements|process-manager)[.]ts$';
const RUNTIMES = 'projections|process-managers|postgres';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'No circle, anywhere; types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'What cannot be resolved cannot be judged by any other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-app-in-app',
      comment: 'Apps never import apps: they meet in topics, tables and HTTP.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-app-elsewhere',
      comment: 'Nothing else imports an app: libs stand without it, scripts and tests run it as a process.',
      severity: 'error',
      from: { pathNot: '^apps/' },
      to: { path: '^apps/' },
    },
    {
      name: 'root-export-only',
      comment: 'A lib or tool is imported by its name, never by a path into its sources or its build.',
      severity: 'error',
      from: { path: '^((?:apps|libs|tools|examples)/[^/]+|scripts|test|bench)/' },
      to: { path: '^(libs|tools)/', pathNot: '^$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'contracts-alone',
      comment: 'Contracts import nothing else of ours, and no framework.',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^(apps|tools)/|^libs/(?!contracts/)|node_modules/@nestjs/' },
    },
    {
      name: 'pure-domain',
      comment:
        'Deciders, projections and process managers import contracts, the domain lib, and beside them their errors, table and ' +
        'statements, and the interface that they implement. Nothing else: no clock, no ids, no I/O, no framework.',
      severity: 'error',
      from: { path: `^(.+/)[^/]+${PURE}` },
      to: {
        pathNot: [
          `^libs/(contracts|domain|${RUNTIMES})/src/index[.]ts$`,
          '^$1[^/]+[.](errors|table|statements)[.]ts$',
        ],
      },
    },
    {
      name: 'pure-domain-knows-types-only',
      comment: 'Of the runtime that calls it, a decider, projection or process manager knows the types.',
      severity: 'error',
      from: { path: PURE },
      to: { path: `^libs/(${RUNTIMES})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kafkajs-in-its-folder',
      comment:
        'libs/kafka/src/kafkajs is the seam behind which the Kafka client can be replaced: all else, specs too, sees ' +
        'the port, and nothing of the client, its internals or its patches.',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: '^libs/kafka/src/kafkajs/' },
      to: {
        path: [
          'node_modules/kafkajs/',
          '^libs/kafka/src/kafkajs/(patches|protocol)/',
          '^libs/kafka/src/kafkajs/(kafkajs-[^/]+|with-admin|with-cluster)[.]ts$',
        ],
      },
    },
    {
      name: 'example-alone',
      comment:
        'An example is another service: of ours it knows the contracts, and beside them the Kafka client.',
      severity: 'error',
      from: { path: '^(examples/[^/]+)/' },
      to: {
        pathNot: ['^$1/', '^libs/contracts/src/index[.]ts$', 'node_modules/kafkajs/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'amqplib-in-its-lib',
      comment: 'libs/rabbitmq is the seam behind which the RabbitMQ client can be replaced.',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: ['^libs/rabbitmq/', SPEC] },
      to: { path: 'node_modules/amqplib/' },
    },
    {
      name: 'typeorm-in-its-places',
      comment: 'TypeORM only runs migrations. Its types may go anywhere.',
      severity: 'error',
      from: {
        path: '^(apps|libs|tools)/',
        pathNot: ['/migrations?([.]ts$|/)', SPEC],
      },
      to: { path: 'node_modules/(typeorm|@nestjs/typeorm)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'Specs, fixtures, the embedded servers and the test helpers are for development only.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: SPEC },
      to: { path: ['^tools/', SPEC] },
    },
    {
      name: 'no-dev-dependency',
      comment:
        'What production imports must be installed in production. A page is built with what it imports.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [SPEC, '^apps/[^/]+/web/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'Only what package.json names is sure to be there.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.architecture.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '^test/architecture/violations/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
