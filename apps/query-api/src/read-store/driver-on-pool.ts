import type pg from 'pg';

/**
 * For TypeORM's `driver` option: hands it a pool that exists already, so that entities and raw queries share the
 * connections and their time-outs. TypeORM makes and ends its pool anew whenever it connects: neither reaches ours.
 */
export function driverOnPool(pool: pg.Pool) {
  return {
    Pool: class {
      readonly connect = pool.connect.bind(pool);
      on(): void {}
      end(done: () => void): void {
        done();
      }
    },
  };
}
