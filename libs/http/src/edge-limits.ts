/** How an app's edge is held to bounds of its operator. */
export interface EdgeLimits {
  /** Of one client; absent or 0: no bound. */
  readonly requestsPerSecond?: number;
  /**
   * Addresses and networks of the proxies in front, whose `X-Forwarded-For` names the client. Absent: that header is
   * not believed, and the client is whoever holds the connection.
   */
  readonly trustedProxies?: string[];
}
