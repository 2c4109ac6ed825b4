export { started } from '../../command-api/src/main.js';
