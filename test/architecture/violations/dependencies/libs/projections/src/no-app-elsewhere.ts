export { started } from '../../../apps/command-api/src/main.js';
