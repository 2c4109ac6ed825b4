export type ProjectionErrorCode = 'undecodable' | 'version-gap' | 'projection-failed';

/** An event that a projection cannot take; says where it stands, never what is in it. */
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
