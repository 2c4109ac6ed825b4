import { judgeNode } from './judge-node.js';

describe('the Node that runs this', () => {
  it.each([
    ['24.21.0', 'ok'],
    ['26.0.0', 'ok'],
    ['22.12.0', 'risk'],
  ])('%s is %s', (version, verdict) => {
    expect(judgeNode(version)).toMatchObject({ value: version, verdict });
  });
});
