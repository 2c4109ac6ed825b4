export { applied } from '@eventfleet/projections';
