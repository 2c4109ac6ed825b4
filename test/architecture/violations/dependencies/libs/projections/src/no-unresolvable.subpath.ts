export { topic } from '@eventfleet/contracts/dist/topics.js';
