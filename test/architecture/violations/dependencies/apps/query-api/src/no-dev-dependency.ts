export { run } from 'jest';
