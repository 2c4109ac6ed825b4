import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What the server does instead of accepting: an answer, or no answer. */
export type Deviation = `${number} ${string}` | 'drop' | 'hang' | undefined;

export interface SmtpScript {
  /** Asked at each step of each conversation. */
  greeting?(): Deviation;
  login?(): Deviation;
  sender?(): Deviation;
  recipient?(address: string): Deviation;
  /** The whole message has arrived. */
  message?(raw: string): Deviation;
}

export interface ScriptedSmtp {
  readonly url: string;
  /** Every message that arrived as a whole and was not refused, answered or not. */
  readonly received: { readonly to: string; readonly raw: string }[];
  /** Change it at will. */
  script: SmtpScript;
  close(): Promise<void>;
}

/** A mail server that refuses, puts off, stops answering or hangs up, as its script says. */
export async function startScriptedSmtp(script: SmtpScript = {}): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    converse(socket, smtp);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const smtp: ScriptedSmtp = {
    url: `smtp://127.0.0.1:${port}`,
    received: [],
    script,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return smtp;
}

function converse(socket: Socket, smtp: ScriptedSmtp): void {
  let input = '';
  let recipient = '';
  let inMessage = false;
  const answer = (deviation: Deviation, otherwise: string): boolean => {
    if (deviation === 'drop') socket.destroy();
    else if (deviation !== 'hang') socket.write(`${deviation ?? otherwise}\r\n`);
    return deviation === undefined;
  };

  function handle(line: string): void {
    const [verb = ''] = line.toUpperCase().split(' ');
    if (verb === 'EHLO') socket.write('250-scripted\r\n250-AUTH PLAIN\r\n250 SIZE 1000000\r\n');
    else if (verb === 'AUTH') answer(smtp.script.login?.(), '235 welcome');
    else if (verb === 'MAIL') answer(smtp.script.sender?.(), '250 ok');
    else if (verb === 'RCPT') {
      recipient = /<(.*)>/.exec(line)?.[1] ?? '';
      answer(smtp.script.recipient?.(recipient), '250 ok');
    } else if (verb === 'DATA') inMessage = answer(undefined, '354 go on');
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else answer(undefined, '250 ok');
  }

  answer(smtp.script.greeting?.(), '220 scripted');
  socket.on('data', (chunk) => {
    input += chunk.toString();
    for (;;) {
      const end = input.indexOf(inMessage ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const part = input.slice(0, end);
      input = input.slice(end + (inMessage ? 5 : 2));
      if (!inMessage) {
        handle(part);
        continue;
      }
      inMessage = false;
      const deviation = smtp.script.message?.(part);
      if (!deviation?.match(/^\d/)) smtp.received.push({ to: recipient, raw: part });
      answer(deviation, '250 accepted');
    }
  });
}
