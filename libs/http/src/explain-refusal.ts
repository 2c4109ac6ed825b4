import { isNativeError } from 'node:util/types';

/** What Node and OpenSSL say of a certificate that is not accepted. */
const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|ERR_TLS_CERT_ALTNAME_INVALID$)/;
const NO_TLS = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/;
/** invalid_password; nodemailer's; amqplib's for a refused handshake. */
const LOGIN = new Set(['28P01', 'EAUTH']);
const LOGIN_TEXTS = /^(Handshake terminated by server: 403|SASL: .*client password must be)/;
/** invalid_authorization_specification: no rule of the server fits user, address and encryption. */
const NO_RULE = '28000';
/** insufficient_privilege; our own for Kafka, whose text says what is missing. */
const RIGHTS = new Set(['42501', 'access-missing']);
const MAX_DEPTH = 8;

/**
 * Why a server does not let this process in, in words for an operator and without any value of a setting; undefined if
 * an error is about something else, such as a server that is away.
 */
export function explainRefusal(error: unknown, depth = 0): string | undefined {
  if (!isNativeError(error) || depth > MAX_DEPTH) return undefined;
  return explainOne(error) ?? explainRefusal(causeOf(error), depth + 1);
}

function explainOne(error: Error): string | undefined {
  const code = codeOf(error);
  if (CERTIFICATE.test(code))
    return `its certificate is not accepted (${code}): name the CA that signed it, and connect by the name that it is for`;
  if (NO_TLS.test(code) || error.message.startsWith('The server does not support SSL'))
    return 'it does not speak TLS at this address';
  if (LOGIN.has(code) || LOGIN_TEXTS.test(error.message) || error.name === 'KafkaJSSASLAuthenticationError')
    return 'it does not accept this user and password';
  if (code === NO_RULE) return 'it does not let this user in from here, or not in this way';
  if (RIGHTS.has(code)) return `this user lacks a right: ${error.message}`;
  const type = 'type' in error ? String(error.type) : '';
  return type.endsWith('_AUTHORIZATION_FAILED') ? `this user lacks a right: ${type}` : undefined;
}

/** nodemailer puts a code of its own in the place of the one that tells more. */
function codeOf(error: Error): string {
  if ('originalCode' in error) return String(error.originalCode);
  return 'code' in error ? String(error.code) : '';
}

function causeOf(error: Error): unknown {
  return error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
}
