export { given } from '@eventfleet/testing';
