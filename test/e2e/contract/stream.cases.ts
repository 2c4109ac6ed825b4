import { randomUUID } from 'node:crypto';
import { describedApi } from '../support/description/described-apis.js';
import { send } from '../support/http.js';
import { request } from '../support/request.js';
import type { ContractStage } from './contract-stage.js';

const DEADLINE_MS = 20_000;

export function describeStream(stage: ContractStage): void {
  /** What is sent until this event has come. */
  async function readUntil(query: string, userId: string, version: number): Promise<string> {
    const response = await request(`${stage.fleet.queryApis[0]!.url}/users/stream${query}`, {
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes(`{"userId":"${userId}"`) && text.includes(`"version":${version},`)) break;
    }
    return text;
  }

  describe('the stream of users', () => {
    it('tells what commands did, and goes on behind an id', async () => {
      const id = randomUUID();
      await send('POST', stage.users, { id, name: 'Ada', email: `${id}@example.org` });
      const first = await readUntil(`?lastEventId=0&userId=${id}`, id, 1);
      const lastId = /^event: user.created\nid: (.+)\ndata: (.+)$/m.exec(first)!;
      expect(describedApi('query-api').checkItem('/users/stream', JSON.parse(lastId[2]!))).toBeUndefined();
      expect(JSON.parse(lastId[2]!)).toMatchObject({
        userId: id,
        type: 'user.created',
        version: 1,
        actor: null,
      });

      await send('PUT', `${stage.users}/${id}`, { name: 'Bea' });
      const second = await readUntil(`?userId=${id}&lastEventId=${lastId[1]}`, id, 2);

      expect(second.match(/^event: user\..*$/gm)).toEqual(['event: user.updated']);
    });
  });
}
