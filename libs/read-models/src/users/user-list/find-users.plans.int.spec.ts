import { type ReadStoreFixture, startReadStore } from '../../read-store.fixture.js';
import type { UserFilter } from '../../queries.js';
import { selectPage } from './find-users.query.js';

const USERS = 30_000;
/** Of all users: far fewer than a scan of the table reads. */
const MAX_READ = 3_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

let store: ReadStoreFixture;

beforeAll(async () => {
  store = await startReadStore();
  // Everybody is called Zed. Those who are no longer active came first, so that the newest are of no help.
  await store.pool.query(
    `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
     select gen_random_uuid(), 'Zed ' || n, n || '@example.org', n || '@example.org',
            case when n <= $1 / 100 then 'pending' when n <= $1 / 50 then 'deactivated' else 'active' end,
            1, now() + n * interval '1 second', now()
     from generate_series(1, $1) as n`,
    [USERS],
  );
  await store.pool.query('vacuum analyze user_list');
});
afterAll(() => store.close());

async function planOf(filter: UserFilter): Promise<Plan> {
  const { text, values } = selectPage(filter, { limit: 50 });
  const { rows } = await store.pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, format json) ${text}`,
    values,
  );
  return rows[0]!['QUERY PLAN'][0].Plan;
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

describe('an index serves', () => {
  const email = '77@example.org';
  it.each<UserFilter>([
    {},
    { email },
    { name: 'zed 7777' },
    { name: 'zed' },
    { name: 'nobody' },
    { status: 'active' },
    { status: 'pending' },
    { status: 'deactivated' },
    { status: 'pending', name: 'zed' },
    { status: 'pending', name: 'zed 29' },
    { status: 'active', name: 'zed 7777' },
    { status: 'pending', email },
    { name: 'zed', email },
    { status: 'pending', name: 'zed', email },
  ])('the filter %j', async (filter) => {
    const nodes = nodesOf(await planOf(filter));
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const read = nodes.map((node) => node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0));
    expect(Math.max(...read)).toBeLessThan(MAX_READ);
  });
});
