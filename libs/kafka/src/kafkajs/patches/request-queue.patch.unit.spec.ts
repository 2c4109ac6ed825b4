import { jest } from '@jest/globals';
import { type RequestQueue, RequestQueueClass } from '../kafkajs-internals.js';
import { patchRequestQueue } from './request-queue.patch.js';

const NOT_THROTTLED = -1;

interface FakeQueue extends RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/** Just what kafkajs's method touches. */
function fakeQueue(state: { pending: unknown[]; throttledUntil: number }): FakeQueue {
  return {
    ...state,
    throttleCheckTimeoutId: null,
    checkPendingRequests: jest.fn(),
    scheduleCheckPendingRequests: RequestQueueClass.prototype.scheduleCheckPendingRequests,
  };
}

describe('the request queue of kafkajs', () => {
  beforeAll(() => patchRequestQueue());
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('arms no timer while nothing is pending and nothing is throttled', () => {
    fakeQueue({ pending: [], throttledUntil: NOT_THROTTLED }).scheduleCheckPendingRequests();

    expect(jest.getTimerCount()).toBe(0);
  });

  it('checks soon while something is pending', () => {
    const queue = fakeQueue({ pending: ['a request'], throttledUntil: NOT_THROTTLED });

    queue.scheduleCheckPendingRequests();
    jest.advanceTimersByTime(10);

    expect(queue.checkPendingRequests).toHaveBeenCalledTimes(1);
  });

  it('checks once the broker stops throttling', () => {
    const queue = fakeQueue({ pending: [], throttledUntil: Date.now() + 500 });

    queue.scheduleCheckPendingRequests();
    jest.advanceTimersByTime(499);
    expect(queue.checkPendingRequests).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);

    expect(queue.checkPendingRequests).toHaveBeenCalledTimes(1);
  });

  it('stays patched once when it is patched again', () => {
    const { scheduleCheckPendingRequests: patched } = RequestQueueClass.prototype;

    patchRequestQueue();

    expect(RequestQueueClass.prototype.scheduleCheckPendingRequests).toBe(patched);
  });
});
