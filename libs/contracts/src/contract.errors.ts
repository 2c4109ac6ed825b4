export type ContractErrorCode =
  | 'malformed-message'
  | 'malformed-json'
  | 'unknown-event-type'
  | 'future-schema-version'
  | 'schema-violation'
  | 'personal-data-encrypted'
  | 'personal-data-key-missing'
  | 'personal-data-unreadable';

/** A message that breaks the contract. Permanent: reading it again cannot help. Never carries the data itself. */
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
