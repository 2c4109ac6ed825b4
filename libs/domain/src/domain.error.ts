/**
 * A refusal that the business rules decide, known by its code. It knows nothing of HTTP or of a request;
 * the edges map the code to what their callers understand. Its message never carries personal data.
 */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}
