/** `too-large`: there is more than was asked for. `corrupt`: the bytes are not what they are said to be. */
export type UnpackErrorCode = 'too-large' | 'corrupt';

/** Compressed bytes cannot be unpacked, now or ever. */
export class UnpackError extends Error {
  constructor(
    readonly code: UnpackErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UnpackError';
  }
}
