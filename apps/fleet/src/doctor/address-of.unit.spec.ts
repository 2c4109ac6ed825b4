import { addressOf } from './address-of.js';

describe('the address of a server', () => {
  it.each([
    ['postgres://fleet:secret@db.example.org:5432/events?sslpassword=secret', 'db.example.org:5432/events'],
    ['postgres://fleet:s%40cret@[::1]/events', '[::1]/events'],
    ['amqps://fleet:secret@mq/', 'mq'],
    ['amqp://fleet:secret@mq:5672/vhost', 'mq:5672/vhost'],
  ])('of %s has no login', (url, expected) => {
    expect(addressOf(url)).toBe(expected);
  });
});
