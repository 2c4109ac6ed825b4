export { topic } from './topics.js';
