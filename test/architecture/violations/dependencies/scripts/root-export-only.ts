export { topic } from '../libs/contracts/src/index.js';
