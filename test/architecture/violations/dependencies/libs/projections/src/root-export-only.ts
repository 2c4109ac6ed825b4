export { topic } from '../../contracts/src/index.js';
