import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { send } from '../support/http.js';
import { createUserAt } from '../support/users.js';
import type { ContractStage } from './contract-stage.js';

export function describeAuditLog(stage: ContractStage): void {
  it('the audit log has one line for each event of a user, whatever the log level, and no personal data', async () => {
    const app = await stage.fleet.start('command-api', { LOG_LEVEL: 'warn' });
    const users = `${app.url}/users`;
    const id = randomUUID();
    const audited = () =>
      app
        .logs()
        .split('\n')
        .filter((line) => line.includes('"audit":true'));
    await createUserAt(users, id);
    await eventually(() => audited().length > 0);
    await send('PUT', `${users}/${id}`, { name: 'Ada L.' }, { 'x-correlation-id': 'the rename' });
    await send('PUT', `${users}/${id}`, { name: 'Ada L.' });
    await send('PUT', `${users}/${id}`, { name: 'Eve' }, { 'if-match': '"7"' });
    await send('DELETE', `${users}/${id}`);
    expect(await app.stop()).toBe('exit code 0');

    const lines = audited().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ userId, type, version }) => [userId, type, version])).toEqual([
      [id, 'user.created', 1],
      [id, 'user.updated', 2],
      [id, 'user.deleted', 3],
    ]);
    expect(lines[1]).toMatchObject({ audit: true, correlationId: 'the rename', eventId: expect.any(String) });
    expect(audited().join()).not.toMatch(/Ada|example\.org/);
  });
}
