import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import nodemailer from 'nodemailer';
import type { MailContent } from '../mails/mail-content.js';
import { classifyFailure, type SendOutcome } from './send-outcome.js';

export interface MailSenderOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** As in `NotifierConfig.smtpCaFile`. */
  readonly caFile?: string | undefined;
  /** The sender of every mail. */
  readonly from: string;
  /** How many connections are kept, and so how many mails are sent at a time. */
  readonly connections: number;
  /** No step of the conversation, connecting included, may take longer than this. */
  readonly stepTimeoutMs: number;
}

export interface OutgoingMail extends MailContent {
  /** An address alone. */
  readonly to: string;
  /** Without angle brackets. The same at every attempt, so that mail programs show a second copy as the same mail. */
  readonly messageId: string;
}

/** Sends mails over a pool of SMTP connections. Call `send` at most `connections` times at once: nothing waits inside. */
export class MailSender {
  private readonly transport;
  /** The messages of the mails under way: once one is read, the server may have it. */
  private readonly streams = new Map<string, Readable>();

  constructor(private readonly options: MailSenderOptions) {
    this.transport = nodemailer.createTransport({
      url: options.url,
      ...(options.caFile === undefined ? {} : { tls: { ca: [readFileSync(options.caFile)] } }),
      pool: true,
      maxConnections: options.connections,
      // Only what was not begun to be sent is sent again: over a connection that the server has left meanwhile.
      maxRequeues: 1,
      connectionTimeout: options.stepTimeoutMs,
      greetingTimeout: options.stepTimeoutMs,
      socketTimeout: options.stepTimeoutMs,
      dnsTimeout: options.stepTimeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.transport.use('stream', ({ data, message }, done) => {
      const create = message.createReadStream.bind(message);
      message.createReadStream = (options) => {
        const stream = create(options);
        this.streams.set(String(data.messageId), stream);
        return stream;
      };
      done();
    });
  }

  /**
   * Never rejects.
   * @param signal ends the attempt, and its connection with it: what was not sent by then will not be sent later
   */
  async send(
    { to, messageId, subject, text, html }: OutgoingMail,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    try {
      await this.transport.sendMail({
        from: this.options.from,
        to: { name: '', address: to },
        messageId: `<${messageId}>`,
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      });
      return { kind: 'accepted' };
    } catch (error) {
      const wasBodySent = this.streams.get(`<${messageId}>`)?.readableDidRead ?? false;
      return classifyFailure(error, wasBodySent);
    } finally {
      this.streams.delete(`<${messageId}>`);
    }
  }

  /**
   * Connects and logs in once, and sends nothing.
   * @throws Error of nodemailer
   */
  async verify(): Promise<void> {
    await this.transport.verify();
  }

  /** Ends all connections, those in the middle of a mail too. */
  close(): void {
    this.transport.close({ force: true });
  }
}
