/** One part that an app needs to do its work. */
export interface ReadinessCheck {
  /** Shown to operators: `read-store`. */
  readonly name: string;
  /**
   * Rejects with the reason when the part is not ready. Given up after two seconds. What it returns is shown beside
   * `status`, to anybody: it holds no personal data and no secret.
   */
  check(this: void): Promise<Readonly<Record<string, unknown>> | void>;
}

export const READINESS_CHECKS = Symbol('READINESS_CHECKS');
