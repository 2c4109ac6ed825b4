/** How an app's edge is held to bounds of its operator. */
export interface EdgeLimits {
  /** Of one client; absent or 0: no bound. */
  readonly requestsPerSecond?: number;
  /** Of one client, lists, the past and new streams among them; absent or 0: no bound. */
  readonly expensiveRequestsPerSecond?: number;
  /** Requests of one client whose answers are stored for repeats; absent or 0: no bound. */
  readonly storedAnswersPerHour?: number;
  /** Of one client at a time; absent or 0: no bound. */
  readonly streamsPerClient?: number;
  /**
   * Addresses and networks of the proxies in front, whose `X-Forwarded-For` names the client. Absent: that header is
   * not believed, and the client is whoever holds the connection.
   */
  readonly trustedProxies?: string[];
  /** Whose pages may use the app from a browser, as browsers name themselves: `https://shop.example`. Absent: nobody's. */
  readonly corsOrigins?: readonly string[];
}
