import { Counter, Gauge } from 'prom-client';

export const streamClients = new Gauge({
  name: 'eventfleet_stream_clients',
  help: 'Clients that are connected to the stream at this moment',
});

export const streamsCutOff = new Counter({
  name: 'eventfleet_streams_cut_off_total',
  help: 'Clients of the stream that were cut off because they did not read',
});

export const unreadableEvents = new Counter({
  name: 'eventfleet_stream_unreadable_events_total',
  help: 'Events left out of the stream because they, or earlier ones of their user, cannot be read',
});
