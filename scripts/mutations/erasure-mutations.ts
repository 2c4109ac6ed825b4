import type { Mutation } from './mutation.ts';

const store = 'libs/event-store/src';

/** Of guarantee 8: what is erased is gone. */
export const erasureMutations: readonly Mutation[] = [
  {
    mechanism: '8 erased: the key is destroyed in the transaction of the event',
    file: `${store}/sql/append-batch.ts`,
    from: 'if (erased.length > 0) statements.push(...destroyKeys(erased));',
    to: '',
    spec: `${store}/personal-data/personal-data.int.spec.ts`,
    test: 'is gone with the event that erases it',
  },
  {
    mechanism: '8 erased: no process keeps a key for longer than the erasure waits',
    file: `${store}/personal-data/recent-keys.ts`,
    from: 'if (now - this.earlier.since >= KEY_CACHE_MS) this.earlier.keys.clear();',
    to: '',
    spec: `${store}/personal-data/recent-keys.unit.spec.ts`,
  },
  {
    mechanism: '8 erased: the bytes of a new key are wiped where they were drawn',
    file: `${store}/personal-data/data-keys.ts`,
    from: 'bytes.fill(0);',
    to: '',
    spec: `${store}/personal-data/data-keys.unit.spec.ts`,
    test: 'leave no bytes behind',
  },
  {
    mechanism: '8 erased: a place waits for those that copy to it',
    file: 'apps/command-api/src/erasure/erasure-process.ts',
    from: '(place.after ?? []).every((name) => done.has(name))',
    to: 'true',
    spec: 'apps/command-api/src/erasure/erasure-process.int.spec.ts',
    test: 'sees to a place only once',
  },
  {
    mechanism: '8 erased: a restored key is destroyed again',
    file: 'libs/history/src/adopt-events.ts',
    from: 'if (erased.length === 0) return;',
    to: 'return;',
    spec: 'libs/history/src/erasures-hold.int.spec.ts',
  },
  {
    mechanism: '8 erased: no key is given out of a store that went back in time',
    file: 'apps/command-api/src/erasure/personal-data-keys.controller.ts',
    from: 'await this.history.verify(this.pools.shared);',
    to: '',
    spec: 'apps/command-api/src/erasure/personal-data-keys.controller.int.spec.ts',
  },
  {
    mechanism: '8 erased: no row is mended by a store that went back in time',
    file: 'libs/projections/src/row-verification/verify-aggregate.ts',
    from: 'await source.requireCompared();',
    to: '',
    spec: 'apps/projector/src/row-verification.fire.spec.ts',
    test: 'may have gone back in time',
  },
];
