export type ContractErrorCode =
  | 'malformed-message'
  | 'malformed-json'
  | 'unknown-event-type'
  | 'future-schema-version'
  | 'schema-violation'
  | 'personal-data-encrypted'
  | 'personal-data-key-missing'
  | 'personal-data-wrapping-key-missing'
  | 'personal-data-unreadable';

/**
 * A message that breaks the contract, or whose personal data cannot be read. Permanent: reading it again cannot help before
 * an operator acts. Never carries the data itself.
 */
export class ContractError extends Error {
  constructor(
    readonly code: ContractErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ContractError';
  }
}
