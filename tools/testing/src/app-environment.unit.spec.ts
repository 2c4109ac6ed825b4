import { inheritedEnvironment } from './app-environment.config.js';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

it('passes on where programs are, and no setting of an app', () => {
  const passedOn = { PATH: '/bin', HOME: '/home', LC_ALL: 'C', JAVA_HOME: '/java', https_proxy: 'http://p' };
  process.env = {
    ...passedOn,
    SMTP_URL: 'smtp://mail',
    ONBOARDING: 'on',
    VERIFICATION_SECRET: 'secret',
    PUBLIC_URL: 'https://fleet',
    MAX_ATTEMPTS: '1',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_SECOND: '1',
    KAFKA_BROKERS: 'a:1',
    HOST: '0.0.0.0',
    NODE_OPTIONS: '--inspect',
  };
  expect(inheritedEnvironment()).toEqual(passedOn);
});
