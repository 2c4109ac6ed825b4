export { missing } from './missing.js';
