import type { RecordedEvent } from '@eventfleet/contracts';
import type { MailKey } from '@eventfleet/notifications';
import { withSpan } from '@eventfleet/observability';
import type { SendOutcome } from '../smtp/send-outcome.js';

/** Sends a mail in a span, below the processing of its event, that says what came of it. */
export function traceMail(
  { mail, event }: Pick<MailKey, 'mail'> & { readonly event: Pick<RecordedEvent, 'traceparent'> },
  send: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const attributes = { 'network.protocol.name': 'smtp', 'eventfleet.mail': mail };
  return withSpan({ name: 'send mail', kind: 'client', attributes }, event.traceparent, async (span) => {
    const outcome = await send();
    span?.set({ 'eventfleet.outcome': outcome.kind });
    if (outcome.kind !== 'accepted') span?.fail(outcome.code);
    return outcome;
  });
}
