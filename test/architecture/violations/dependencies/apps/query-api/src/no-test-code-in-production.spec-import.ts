export { specified } from './main.spec.js';
