export { default } from 'fastify';
