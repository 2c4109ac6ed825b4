import { Gauge } from 'prom-client';

export const issuerUnreachable = new Gauge({
  name: 'eventfleet_issuer_unreachable',
  help: '1 if the keys of the issuer of tokens could not be read the last time: those of before go on',
});
