export type ProjectionErrorCode = 'undecodable' | 'version-gap' | 'projection-failed';

/** An event that a projection cannot apply. Its text says where the event is, never what is in it. */
export class ProjectionError extends Error {
  constructor(
    readonly code: ProjectionErrorCode,
    readonly projection: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${projection}: ${message}`, options);
    this.name = 'ProjectionError';
  }
}
