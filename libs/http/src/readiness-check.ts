/** One part that an app needs to do its work. */
export interface ReadinessCheck {
  /** Shown to operators: `read-store`. */
  readonly name: string;
  /** Rejects with the reason when the part is not ready. Given up after two seconds. */
  check(this: void): Promise<void>;
}

export const READINESS_CHECKS = Symbol('READINESS_CHECKS');
