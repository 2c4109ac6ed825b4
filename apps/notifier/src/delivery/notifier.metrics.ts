import { Counter, Histogram } from 'prom-client';

export const mailsSent = new Counter({
  name: 'eventfleet_notifier_mails_sent_total',
  help: 'Mails that the mail server accepted and the inbox knows of',
  labelNames: ['mail'],
});

export const mailsRetried = new Counter({
  name: 'eventfleet_notifier_mails_retried_total',
  help: 'Attempts to send a mail that were put off to a later time',
  labelNames: ['mail', 'reason'],
});

export const mailsFailed = new Counter({
  name: 'eventfleet_notifier_mails_failed_total',
  help: 'Mails that will never be sent, reported as notification.failed',
  labelNames: ['mail', 'reason'],
});

export const mailsSuppressed = new Counter({
  name: 'eventfleet_notifier_mails_suppressed_total',
  help: 'Mails that are never sent, because their address or their user has had as many as a day allows',
  labelNames: ['mail'],
});

export const duplicatesDropped = new Counter({
  name: 'eventfleet_notifier_duplicates_dropped_total',
  help: 'Mails that were due again although they were sent or given up before, and were not sent a second time',
  labelNames: ['mail'],
});

export const unknownOutcomes = new Counter({
  name: 'eventfleet_notifier_unknown_outcomes_total',
  help: 'Attempts after which nobody knew whether the mail was sent; each may have made one mail too many',
  labelNames: ['mail'],
});

export const foreignEvents = new Counter({
  name: 'eventfleet_notifier_foreign_events_total',
  help: 'Messages without a valid signature if signing is on: dead-lettered as foreign-event',
});

export const sendDuration = new Histogram({
  name: 'eventfleet_notifier_send_duration_seconds',
  help: 'Time of one attempt to hand a mail to the mail server',
  labelNames: ['outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
});
