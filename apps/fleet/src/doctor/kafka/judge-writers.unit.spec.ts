import type { WriteRule } from '@eventfleet/kafka';
import type { Judgement } from '../finding.js';
import { judgeWriters, writersOf } from './judge-writers.js';

const rule = (principal: string, allows = true, host = '*'): WriteRule => ({ principal, host, allows });
const allow = (...names: string[]) => names.map((name) => rule(`User:${name}`));

describe('who may write events', () => {
  it.each<[string, readonly WriteRule[] | undefined, Judgement['verdict'], value: string]>([
    ['everybody without an authoriser', undefined, 'risk', 'everybody: no authoriser'],
    ['super users without rules', [], 'risk', 'super users; no ACL allows a write'],
    ['one user', allow('relay'), 'ok', 'User:relay'],
    ['one user, said twice', [...allow('relay'), rule('User:relay', true, '10.0.0.1')], 'ok', 'User:relay'],
    ['two users', allow('relay', 'report'), 'risk', 'User:relay, User:report'],
    ['every user', allow('*'), 'risk', 'User:*'],
  ])('is %s', (_, rules, verdict, value) => {
    expect(judgeWriters({ topic: 'user-events', rules })).toMatchObject({ verdict, value });
  });

  it('is nobody who is denied, unless from one place only', () => {
    expect(writersOf([...allow('relay', 'report'), rule('User:report', false)])).toEqual(['User:relay']);
    expect(writersOf([...allow('relay'), rule('User:relay', false, '10.0.0.1')])).toEqual(['User:relay']);
    expect(writersOf([...allow('relay'), rule('User:*', false)])).toEqual([]);
  });
});
