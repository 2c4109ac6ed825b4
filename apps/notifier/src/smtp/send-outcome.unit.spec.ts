import { classifyFailure } from './send-outcome.js';

interface Failure {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

const outcome = (failure: Failure, wasBodySent = false) =>
  classifyFailure(Object.assign(new Error('to <ann@example.org>'), failure), wasBodySent);

describe('a failure to send', () => {
  it.each<[string, Failure]>([
    ['an unknown recipient', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }],
    ['a refused message', { code: 'EMESSAGE', command: 'DATA', responseCode: 554 }],
    ['an address that is none', { code: 'EENVELOPE', command: 'API' }],
    ['a message larger than the server takes', { code: 'EMESSAGE', command: 'MAIL FROM' }],
  ])('is for good: %s', (_, failure) => {
    expect(outcome(failure).kind).toBe('refused');
  });

  it.each<[string, Failure]>([
    ['no server', { code: 'ESOCKET', command: 'CONN' }],
    ['no answer', { code: 'ETIMEDOUT', command: 'CONN' }],
    ['no such host', { code: 'EDNS', command: 'CONN' }],
    ['a server that greets with a refusal', { code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }],
    ['a full mailbox', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 452 }],
    ['a greylisted recipient', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 450 }],
    ['a message put off', { code: 'EMESSAGE', command: 'DATA', responseCode: 451 }],
    ['a server that goes down', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 421 }],
    ['a wrong password', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }],
    ['a missing password', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 530 }],
    ['a refused sender', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }],
    ['a session out of step', { code: 'EENVELOPE', command: 'DATA', responseCode: 503 }],
    ['no TLS', { code: 'ETLS', command: 'CONN' }],
    ['an end of the attempt before the message', { code: 'EABORT' }],
  ])('may be over soon: %s', (_, failure) => {
    expect(outcome(failure).kind).toBe('deferred');
  });

  it.each<[string, Failure]>([
    ['a broken connection', { code: 'ECONNECTION', command: 'CONN' }],
    ['no answer', { code: 'ETIMEDOUT', command: 'CONN' }],
    ['an end of the attempt', { code: 'EABORT' }],
  ])('leaves it open whether the server has the message: %s behind it', (_, failure) => {
    expect(outcome(failure, true).kind).toBe('unknown');
  });

  it('is known where the server answered to the message', () => {
    expect(outcome({ code: 'EMESSAGE', command: 'DATA', responseCode: 550 }, true).kind).toBe('refused');
    expect(outcome({ code: 'EMESSAGE', command: 'DATA', responseCode: 450 }, true).kind).toBe('deferred');
  });

  it('is named without a word of the mail', () => {
    expect(JSON.stringify(outcome({ command: 'RCPT TO', responseCode: 550 }))).not.toContain('ann');
    expect(classifyFailure('anything', false)).toEqual({ kind: 'deferred', code: 'unknown' });
  });
});
