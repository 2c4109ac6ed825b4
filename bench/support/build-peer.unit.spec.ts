import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPeer, type PeerBuild } from './build-peer.ts';

/** "Builds" by Node, into a file that tells how often. */
const build: PeerBuild = {
  name: 'axon',
  tools: [[process.execPath, '--version']],
  command: (folder) => [process.execPath, '-e', `fs.writeFileSync(process.argv[1] + '/built', '')`, folder],
  file: 'built',
};

describe('buildPeer', () => {
  let cacheDir: string;
  let said: string[];
  beforeEach(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'peers-'));
    said = [];
  });
  afterEach(() => rm(cacheDir, { recursive: true }));

  const built = (peer: PeerBuild) => buildPeer({ cacheDir, say: (line) => void said.push(line) }, peer);

  it('builds once from the same sources', async () => {
    const first = await built(build);
    expect(first).toEqual({ file: expect.stringMatching(/peer-axon-[0-9a-f]{16}.built$/) });
    expect(await built(build)).toEqual(first);
    expect(said).toEqual(['building axon, once']);
  });

  it('says which program is missing', async () => {
    const peer = { ...build, tools: [['no-such-compiler', 'version']] as const };
    expect(await built(peer)).toEqual({ missing: 'no no-such-compiler on this machine' });
  });

  it('says why it could not be built, and keeps nothing', async () => {
    const fails = () => [process.execPath, '-e', `console.error('no such class'); process.exit(1)`] as const;
    expect(await built({ ...build, command: fails })).toEqual({
      missing: 'it could not be built: no such class',
    });
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
