import { randomUUID } from 'node:crypto';
import { reflecting, send } from '../support/http.js';
import { emailOf } from '../support/users.js';
import type { ContractStage } from './contract-stage.js';

export function describeCorrelationInLogs(stage: ContractStage): void {
  it('carries the correlation id into the logs of every hop', async () => {
    const correlationId = randomUUID();
    const id = randomUUID();
    const body = { id, name: 'Ada', email: emailOf(id) };
    const created = await send('POST', stage.users, body, { 'X-Correlation-Id': correlationId });
    await send('GET', `${stage.fleet.queryApis[0]!.url}/users/${id}`, undefined, reflecting(created));
    for (const app of [stage.fleet.commandApis[0]!, stage.fleet.projectors[0]!]) await app.stop();
    for (const app of [stage.fleet.commandApis[0]!, stage.fleet.projectors[0]!]) {
      const lines = app
        .logs()
        .split('\n')
        .filter((line) => line.includes(correlationId));
      expect(lines.length).toBeGreaterThan(0);
      expect(app.logs()).not.toContain(emailOf(id));
    }
  });
}
