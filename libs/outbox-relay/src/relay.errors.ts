/**
 * To go on could leave a hole or repeat everything, so an operator has to decide. The message names what differs.
 * `fleet relay rewind` accepts the present state and publishes everything again.
 */
export class RelayRefused extends Error {
  constructor(relay: string, reason: string) {
    const target = relay === 'kafka' ? '' : ` --target ${relay}`;
    super(`${reason}; if this is intended, run: npm run fleet -- relay rewind${target}`);
    this.name = 'RelayRefused';
  }
}

/** Another process holds the lease now, or the server is on another timeline. Nothing was written. */
export class LeaseLost extends Error {
  constructor() {
    super('the relay lease went to another process, or the server to another timeline');
    this.name = 'LeaseLost';
  }
}

/** The broker's log does not end where this relay left it: read its tail before anything more is sent. */
export class LogEndMismatch extends Error {
  constructor(topic: string, partition: number, expected: bigint, actual: bigint) {
    super(`partition ${partition} of ${topic} ends at ${actual}, not at ${expected}`);
    this.name = 'LogEndMismatch';
  }
}
