import { readDescription } from '../support/description/described-apis.js';
import { send } from '../support/http.js';
import { request } from '../support/request.js';
import type { ContractStage } from './contract-stage.js';

export function describeDescriptions(stage: ContractStage): void {
  const apis = () => [
    { name: 'command-api', url: stage.fleet.commandApis[0]!.url },
    { name: 'query-api', url: stage.fleet.queryApis[0]!.url },
  ];

  describe('the descriptions', () => {
    it('are served as the documents in docs, by both APIs', async () => {
      for (const { name, url } of apis()) {
        const { status, body } = await send('GET', `${url}/openapi.json`);
        expect([name, status]).toEqual([name, 200]);
        expect(body).toEqual(readDescription(`openapi/${name}.yaml`));
      }
    });

    it('are pages that load nothing', async () => {
      for (const { url } of apis()) {
        const response = await request(`${url}/docs`);
        expect(response.headers.get('content-security-policy')).toMatch(
          /^default-src 'none'; style-src 'sha256-/,
        );
        const page = await response.text();
        expect(page).toMatch(/<code>GET<\/code>|<code>POST<\/code>/);
        expect(page).not.toMatch(/<script|<link|<img|\bsrc=|url\(|@import/);
        expect(page.length).toBeLessThan(200_000);
      }
    });
  });
}
