export { topic } from '../../../libs/contracts/src/topics.js';
