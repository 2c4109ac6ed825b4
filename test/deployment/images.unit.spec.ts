import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { services } = parse(readFileSync(join(ROOT, 'docker-compose.kafka.yml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const apps = Object.entries(services).filter(([, { profiles = [] }]) => profiles.includes('apps'));
const stages = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  .split(/^FROM /m)
  .slice(1);
const isPinned = /^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?@sha256:[0-9a-f]{64}$/;

describe('the image of the apps', () => {
  it('runs as a user by number, and starts a program, not a shell', () => {
    const last = stages.at(-1)!;
    expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(last).toMatch(/^CMD \["node", /m);
    expect(last).not.toMatch(/^(RUN|SHELL|ENTRYPOINT)\b/m);
  });

  it('is built from one image, by digest', () => {
    expect(new Set(stages.map((stage) => stage.split(/\s/)[0]))).toEqual(
      new Set([stages[0]!.split(/\s/)[0]]),
    );
    expect(stages[0]!.split(/\s/)[0]).toMatch(isPinned);
  });
});

describe('compose', () => {
  it('runs every app without a shell, with a root file system that nobody writes to, and without privileges', () => {
    expect(apps.map(([name]) => name)).toEqual(
      expect.arrayContaining(['migrate', 'command-api', 'query-api']),
    );
    for (const [name, service] of apps) {
      const { read_only, cap_drop, security_opt } = service;
      expect({ name, read_only, cap_drop, security_opt }).toEqual({
        name,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect([name, service.command?.[0]]).toEqual([name, 'node']);
      const check = service.healthcheck?.test ?? ['CMD', 'node'];
      expect([name, ...check.slice(0, 2)]).toEqual([name, 'CMD', 'node']);
    }
  });

  it('names each image by digest', () => {
    const images = Object.values(services).map(({ image }) => image);
    expect(images.filter((image) => image !== 'eventfleet' && !isPinned.test(image))).toEqual([]);
  });

  it('names every host that its apps reach in clear text', () => {
    for (const [name, { environment = {} }] of apps) {
      const allowed = environment['PLAINTEXT_HOSTS']!.split(',');
      const asked = Object.hasOwn(environment, 'FLEET_APP_URLS')
        ? ['command-api', 'process-manager', 'projector']
        : [];
      expect([name, allowed.toSorted()]).toEqual([
        name,
        [...asked, 'kafka', 'postgres', 'rabbitmq'].toSorted(),
      ]);
    }
  });
});
