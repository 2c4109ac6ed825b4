import { pino } from 'pino';
import { eventually } from '@eventfleet/testing';
import { AccessWatch } from './access-watch.js';
import { explainRefusal } from './explain-refusal.js';

const failing = (message: string, more: Readonly<Record<string, unknown>>) =>
  Object.assign(new Error(message), more);
const certificate = failing('self-signed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' });

describe('what a server refuses', () => {
  it.each([
    [certificate, /^its certificate is not accepted \(SELF_SIGNED_CERT_IN_CHAIN\)/],
    [failing('Hostname', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), /^its certificate is not accepted/],
    [
      failing('retries exceeded', { cause: failing('connection', { cause: certificate }) }),
      /^its certificate/,
    ],
    [new AggregateError([certificate]), /^its certificate/],
    [failing('password authentication failed', { code: '28P01' }), /^it does not accept this user/],
    [failing('', { name: 'KafkaJSSASLAuthenticationError' }), /^it does not accept this user/],
    [failing('Handshake terminated by server: 403 (ACCESS-REFUSED) with …', {}), /^it does not accept this/],
    [failing('no pg_hba.conf entry', { code: '28000' }), /^it does not let this user in/],
    [failing('permission denied for table events', { code: '42501' }), /lacks a right: permission denied/],
    [failing('not allowed', { type: 'GROUP_AUTHORIZATION_FAILED' }), /lacks a right: GROUP_AUTH/],
    [failing('The server does not support SSL connections', {}), /^it does not speak TLS/],
  ])('is told from its error: %s', (error, text) => {
    expect(explainRefusal(error)).toMatch(text);
  });

  it.each([failing('refused', { code: 'ECONNREFUSED' }), new Error('anything'), 'text', undefined])(
    'is told from everything else: %s',
    (error) => {
      expect(explainRefusal(error)).toBeUndefined();
    },
  );
});

describe('the watch of access', () => {
  it('logs a refusal once, and ends it when the server lets the app in', async () => {
    const lines: string[] = [];
    let attempts = 0;
    let error: Error | undefined = certificate;
    const watch = new AccessWatch(
      [
        {
          server: 'kafka',
          variables: 'KAFKA_SSL',
          attempt: async () => {
            attempts++;
            if (error) throw error;
          },
        },
      ],
      pino({}, { write: (line: string) => void lines.push(line) }),
      1,
    );
    watch.start();
    await eventually(() => attempts > 3);
    expect(() => watch.check()).toThrow(/^kafka: its certificate is not accepted/);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('kafka refuses this app: its certificate is not accepted');
    expect(lines[0]).toContain('(see KAFKA_SSL)');

    error = undefined;
    await eventually(() => lines.length === 2);
    expect(() => watch.check()).not.toThrow();
    expect(lines[1]).toContain('kafka lets this app in now');
    watch.stop();
  });

  it('keeps silent about a server that is away, and asks it again', async () => {
    const lines: string[] = [];
    let attempts = 0;
    const attempt = async () => {
      if (attempts++ < 3) throw failing('refused', { code: 'ECONNREFUSED' });
    };
    const watch = new AccessWatch(
      [{ server: 'kafka', variables: 'KAFKA_SSL', attempt }],
      pino({}, { write: (line: string) => void lines.push(line) }),
      1,
    );
    watch.start();
    await eventually(() => attempts === 4);
    expect(() => watch.check()).not.toThrow();
    expect(lines).toEqual([]);
    watch.stop();
  });
});
