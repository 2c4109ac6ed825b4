import type { Mutation } from './mutation.ts';

const app = 'apps/notifier/src';
const inbox = 'libs/notifications/src/sql';
const DELIVERY = `${app}/delivery/mail-delivery.int.spec.ts`;
const CUT_SHORT = `${app}/delivery/delivery-cut-short.int.spec.ts`;
const HANDLER = `${app}/delivery/user-event.handler.int.spec.ts`;
const RENDER = `${app}/mails/render-mail.unit.spec.ts`;

/** From an event to its mails, each once. */
export const notifierMutations: readonly Mutation[] = [
  {
    mechanism: 'mails: an inbox that knows what was sent',
    file: `${inbox}/claim-mail.ts`,
    from: "where known.status = 'waiting' or (",
    to: "where known.status in ('waiting', 'sent') or (",
    spec: DELIVERY,
    test: 'is sent once, however often it is due',
  },
  {
    mechanism: 'mails: one claim at a time',
    file: `${inbox}/claim-mail.ts`,
    from: 'and known.claimed_until < clock_timestamp())',
    to: 'and known.claimed_until > known.first_claimed_at)',
    spec: DELIVERY,
    test: 'is sent by one of many who come at once',
  },
  {
    mechanism: 'mails: claims that run out',
    file: `${inbox}/claim-mail.ts`,
    from: 'and known.claimed_until < clock_timestamp())',
    to: 'and false)',
    spec: DELIVERY,
    test: 'because its sender died',
  },
  {
    mechanism: 'mails: unknown outcomes counted, of those who died',
    file: `${inbox}/claim-mail.ts`,
    from: "known.unknown_outcomes + (known.status = 'sending')::integer",
    to: 'known.unknown_outcomes',
    spec: DELIVERY,
    test: 'because its sender died',
  },
  {
    mechanism: 'mails: unknown outcomes counted, of broken connections',
    file: `${inbox}/release-claim.ts`,
    from: 'unknown_outcomes + $4::boolean::integer',
    to: 'unknown_outcomes + 0 * $4::boolean::integer',
    spec: DELIVERY,
    test: 'because the connection broke',
  },
  {
    mechanism: 'mails: whether the server may have the message',
    file: `${app}/smtp/mail-sender.ts`,
    from: '?.readableDidRead ?? false',
    to: '?.destroyed && false',
    spec: DELIVERY,
    test: 'because the connection broke',
  },
  {
    mechanism: 'mails: an attempt that is over time is ended',
    file: `${app}/delivery/attempts.ts`,
    from: 'setTimeout(() => controller.abort(), timeoutMs)',
    to: 'setTimeout(() => undefined, timeoutMs)',
    spec: DELIVERY,
    test: 'because no answer came',
  },
  {
    mechanism: 'mails: no endless repeats to a server that says nothing',
    file: `${app}/delivery/mail-delivery.ts`,
    from: 'const MAX_UNKNOWN_OUTCOMES = 5;',
    to: 'const MAX_UNKNOWN_OUTCOMES = 50;',
    spec: DELIVERY,
    test: 'is given up after five times',
  },
  {
    mechanism: 'mails: a fault of our settings loses none',
    file: `${app}/smtp/send-outcome.ts`,
    from: 'isForGood && ABOUT_THE_MAIL.has(command)',
    to: 'isForGood',
    spec: DELIVERY,
    test: 'with 5xx for the sender',
  },
  {
    mechanism: 'mails: given up before it is reported',
    file: `${app}/delivery/mail-delivery.ts`,
    from: 'const decidedAt = await beginFailure(this.options.pool, claim, reason);',
    to: 'const decidedAt = new Date();',
    spec: DELIVERY,
    test: 'is reported, not sent, by whoever comes after a report that failed',
  },
  {
    mechanism: 'mails: a sent mail is written down when the inbox is back',
    file: `${app}/delivery/mail-delivery.ts`,
    from: 'if (!isTransient(error) || Date.now() > deadline) throw error;',
    to: 'throw error;',
    spec: CUT_SHORT,
    test: 'is written down when the inbox is back',
  },
  {
    mechanism: 'mails: a stop ends what hangs',
    file: `${app}/delivery/attempts.ts`,
    from: 'for (const controller of this.underWay) controller.abort();',
    to: '',
    spec: CUT_SHORT,
    test: 'ends what hangs',
  },
  {
    mechanism: 'mails: nobody is told of what was before',
    file: `${app}/delivery/user-event.handler.ts`,
    from: "if (BigInt(message.globalPosition) <= this.origin) return 'done';",
    to: '',
    spec: HANDLER,
    test: 'keeps earlier events from causing mails',
  },
  {
    mechanism: 'mails: the user as it was at that version',
    file: `${app}/users/user-history.ts`,
    from: 'toVersion: version }',
    to: 'toVersion: version + 1 }',
    spec: HANDLER,
    test: 'go to the user as it was at that version',
  },
  {
    mechanism: 'mails: names are text',
    file: `${app}/mails/compose.ts`,
    from: 'htmlEscape`<p>${hello}</p>`',
    to: '`<p>${hello}</p>`',
    spec: RENDER,
  },
  {
    mechanism: 'mails: a name advertises nothing',
    file: `${app}/mails/greeting.ts`,
    from: "line === '' || LOOKS_LIKE_A_LINK.test(line)",
    to: "line === ''",
    spec: RENDER,
  },
];
