import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { eventually } from '@eventfleet/testing';

export interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of the stream that parses as browsers do. */
export interface SseClient {
  readonly response: IncomingMessage;
  /** In the order of their arrival. */
  readonly messages: Message[];
  readonly comments: string[];
  /** Whether the server has ended the answer. */
  readonly isEnded: boolean;
  /** The last id, also of a message that had no data. */
  readonly lastEventId: string | undefined;
  /** Waits until there are so many events of users. */
  until(count: number): Promise<readonly Message[]>;
  /** Ends the connection from this side. */
  close(): void;
}

export async function openStream(url: string, headers: Record<string, string> = {}): Promise<SseClient> {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8').on('error', () => undefined);
  request.on('error', () => undefined);
  const messages: Message[] = [];
  const comments: string[] = [];
  let [rest, isEnded, lastEventId] = ['', false, undefined as string | undefined];
  response.on('close', () => (isEnded = true));
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) read(block);
  });

  function read(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
    );
    if (fields.has('')) comments.push(fields.get('')!);
    if (fields.has('id')) lastEventId = fields.get('id');
    if (!fields.has('data')) return;
    messages.push({
      event: fields.get('event')!,
      id: fields.get('id')!,
      data: JSON.parse(fields.get('data')!) as Message['data'],
    });
  }

  return {
    response,
    messages,
    comments,
    get isEnded() {
      return isEnded;
    },
    get lastEventId() {
      return lastEventId;
    },
    until: (count) =>
      eventually(() => {
        const events = eventsOf(messages);
        return events.length >= count ? events : undefined;
      }),
    close: () => void request.destroy(),
  };
}

/** Without `caught-up` and `reset`. */
export function eventsOf(messages: readonly Message[]): readonly Message[] {
  return messages.filter(({ event }) => event.startsWith('user.'));
}

/** User and version of each event. */
export function told(messages: readonly Message[]): string[] {
  return eventsOf(messages).map(({ data }) => `${String(data['userId'])} ${String(data['version'])}`);
}
