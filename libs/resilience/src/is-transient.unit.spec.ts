import { isTransient } from './is-transient.js';

const fromServer = (code: string) => Object.assign(new Error('refused'), { code, severity: 'ERROR' });
const named = (name: string) => Object.assign(new Error('failed'), { name });
const ofEventStore = (code: string) => Object.assign(new Error('refused'), { name: 'EventStoreError', code });
const fromSystem = (code: string) => Object.assign(new Error('failed'), { code });

describe('isTransient', () => {
  it.each([
    ['a deadlock', fromServer('40P01')],
    ['a serialisation failure', fromServer('40001')],
    ['a statement time-out', fromServer('57014')],
    ['a server that shuts down', fromServer('57P01')],
    ['a full disk', fromServer('53100')],
    ['a table that is not there yet', fromServer('42P01')],
    ['a role without rights', fromServer('42501')],
    ['a refused connection', fromSystem('ECONNREFUSED')],
    ['a name that cannot be looked up now', fromSystem('EAI_AGAIN')],
    ['a certificate that has expired', fromSystem('CERT_HAS_EXPIRED')],
    ['a certificate of another host', fromSystem('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['a certificate of an unknown issuer', fromSystem('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
    ['a TLS that the server does not speak', fromSystem('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['a broken connection', new Error('Connection terminated unexpectedly')],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a broker that is away', named('KafkaJSNumberOfRetriesExceeded')],
    ['a topic that is not there yet', named('KafkaError')],
    ['a connection to RabbitMQ that is gone', named('RabbitmqError')],
    ['a time-out', named('TimeoutError')],
    ['an event store that is away', ofEventStore('event-store-unavailable')],
    ['other writers that came first', ofEventStore('write-conflict')],
    ['too much to do', ofEventStore('overloaded')],
    ['a key that the settings lack', fromSystem('personal-data-wrapping-key-missing')],
  ])('is true of %s', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    ['a value that a type cannot hold', fromServer('22001')],
    ['a broken constraint', fromServer('23505')],
    ['a key too long for its index', fromServer('54000')],
    ['a key that was used for something else', ofEventStore('idempotency-key-reused')],
    ['a bug', new TypeError('x is not a function')],
    ['an argument that Node does not take', fromSystem('ERR_INVALID_ARG_TYPE')],
    [
      'a bug that speaks of a connection',
      new TypeError("Cannot read properties of undefined (reading 'connection')"),
    ],
    ['an event that speaks of a timeout', new Error('unknown type "user.timeout"')],
    ['anything that is not an error', 'no'],
  ])('is false of %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});
