import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { EVENT_LISTENER_METADATA, type OnEventMetadata } from '@nestjs/event-emitter';
import type { InProcessEvent } from './in-process-event.js';
import { InProcessEvents } from './in-process-events.js';
import { priorityOf } from './priority.js';

type Method = (event: InProcessEvent) => unknown;

/** Registers every provider's method that is marked with Nest's `@OnEvent`. */
@Injectable()
export class ListenerLoader implements OnApplicationBootstrap {
  constructor(
    private readonly events: InProcessEvents,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    for (const { instance } of this.discovery.getProviders() as { instance: unknown }[]) {
      if (isObject(instance)) this.load(instance);
    }
  }

  private load(instance: Readonly<Record<string, unknown>>): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (!isObject(prototype)) return;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const method = prototype[name] as Method;
      const marks = Reflect.getMetadata(EVENT_LISTENER_METADATA, method) as OnEventMetadata[] | undefined;
      for (const { event, options } of marks ?? []) {
        for (const pattern of [event].flat()) {
          this.events.listen(String(pattern), {
            name: `${instance.constructor.name}.${name}`,
            priority: priorityOf(options),
            call: (happened) => method.call(instance, happened),
          });
        }
      }
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
