/**
 * One run, three costs: `.unit.spec` needs nothing, `.int.spec` real servers, `.e2e.spec` the built apps as processes.
 * `.fire.spec` is for a run of its own, of what goes wrong with processes and servers: they are stopped, killed, frozen or
 * behind a pooler, much of it under load.
 */
export default {
  testEnvironment: 'node',
  // Tests wait for what they probe, with deadlines of their own; this one is for a machine that is busy.
  testTimeout: 180_000,
  cacheDirectory: '<rootDir>/.eventfleet/cache/jest',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/test', '<rootDir>/bench'],
  testMatch: ['**/*.{unit,int,e2e}.spec.ts'],
  testSequencer: '<rootDir>/scripts/test-run/longest-first.cjs',
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^@eventfleet/(embedded|testing)$': '<rootDir>/tools/$1/src/index.ts',
    '^@eventfleet/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@eventfleet/([^/]+)/([^/]+)$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
