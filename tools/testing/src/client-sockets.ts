import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** The sockets that this process has opened to servers, from now on until `stop`. */
export interface ClientSockets {
  readonly opened: Socket[];
  stop(): void;
}

export function watchClientSockets(): ClientSockets {
  const opened: Socket[] = [];
  const note = (message: unknown) => void opened.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  return { opened, stop: () => void unsubscribe('net.client.socket', note) };
}
