import type { ContractStage } from './contract-stage.js';

export function describeLeastPrivilege(stage: ContractStage): void {
  it('each app logs in to Postgres as its own user', async () => {
    const { rows } = await stage.store.query<{ app: string; user: string; isSuperuser: boolean }>(
      `select distinct application_name as app, usename as user, rolsuper as "isSuperuser"
       from pg_stat_activity join pg_roles on rolname = usename
       where datname = current_database() and application_name like 'eventfleet-%' order by app`,
    );
    expect(rows.map(({ app }) => app)).toContain('eventfleet-command-api');
    for (const { app, user, isSuperuser } of rows)
      expect([app, isSuperuser, user]).toEqual([
        app,
        false,
        expect.stringContaining(`${app.replaceAll('-', '_')}_`),
      ]);
  });
}
