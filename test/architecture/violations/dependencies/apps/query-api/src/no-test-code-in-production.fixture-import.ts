export { fixture } from './main.fixture.js';
