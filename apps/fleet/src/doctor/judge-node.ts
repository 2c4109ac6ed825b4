import { ok, risk, type Finding, type Judgement } from './finding.js';

const TESTED_MAJOR = 24;

/** @param version such as `24.21.0` */
export function judgeNode(version: string): Finding {
  return { area: 'this machine', check: 'node', ...judgement(version) };
}

function judgement(version: string): Judgement {
  return Number(version.split('.')[0]) >= TESTED_MAJOR
    ? ok(version)
    : risk(version, 'The tests run on Node 24. Start the apps by npm, which brings it.');
}
