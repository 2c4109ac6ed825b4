import { loadNotifierConfig } from './notifier.config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

function load(env: Record<string, string>) {
  process.env = { ...env };
  return loadNotifierConfig();
}

const secret = 'x'.repeat(32);

describe('the notifier', () => {
  it('captures mails, and makes no links, by default', () => {
    expect(load({ EVENTFLEET_DATA_DIR: '/data' })).toMatchObject({
      port: 3003,
      smtpUrl: undefined,
      mailsDir: '/data/mails',
      smtpTimeoutMs: 25_000,
      giveUpAfterMs: 86_400_000,
      addressPerDay: 10,
      userPerDay: 20,
      verification: undefined,
    });
  });

  it.each([
    [{}, 'http://127.0.0.1:3000'],
    [{ HOST: '0.0.0.0', AUTH: 'off', COMMAND_API_PORT: '4000' }, 'http://127.0.0.1:4000'],
    [{ HOST: '::1' }, 'http://[::1]:3000'],
    [{ PUBLIC_URL: 'https://fleet.example.org/' }, 'https://fleet.example.org'],
  ])('with %j makes links to %s', (env, publicUrl) => {
    const { verification } = load({ ONBOARDING: 'on', VERIFICATION_SECRET: secret, ...env });
    expect(verification).toEqual({ secret, publicUrl, timeoutMs: 604_800_000 });
  });

  it('names every wrong variable, and no value', () => {
    const wrong = {
      SMTP_URL: 'http://fleet:hunter2@host',
      MAIL_FROM: 'Fleet\r\nBcc: eve@example.org',
      SMTP_CONNECTIONS: '0',
      NOTIFIER_GIVE_UP_AFTER: 'soon',
      MAILS_PER_ADDRESS_PER_DAY: 'many',
      MAILS_PER_USER_PER_DAY: '1.5',
      NOTIFIER_PORT: 'x',
    };
    for (const name of Object.keys(wrong)) expect(() => load(wrong)).toThrow(name);
    expect(() => load(wrong)).not.toThrow('hunter2');
    expect(() => load({ ONBOARDING: 'on' })).toThrow('VERIFICATION_SECRET');
  });
});
