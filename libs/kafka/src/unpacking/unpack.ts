import { promisify } from 'node:util';
import { unzip, zstdDecompress } from 'node:zlib';
import { unpackLz4 } from './lz4.js';
import { unpackSnappy } from './snappy.js';
import { UnpackError } from './unpack.error.js';

/** Of a record batch, by Kafka's numbers for them. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];
export type Compression = Exclude<Codec, 'none'>;

type Unpack = (bytes: Buffer, limit: number) => Buffer | Promise<Buffer>;

const inflate = promisify(unzip);
const zstd = promisify(zstdDecompress);
/** It says nothing about the bytes. */
const OUT_OF_MEMORY = new Set(['Z_MEM_ERROR', 'ZSTD_error_memory_allocation']);

const UNPACK: Readonly<Record<Compression, Unpack>> = {
  gzip: (bytes, limit) => inflate(bytes, { maxOutputLength: limit }).catch(toUnpackError),
  zstd: (bytes, limit) => zstd(bytes, { maxOutputLength: limit }).catch(toUnpackError),
  snappy: unpackSnappy,
  lz4: unpackLz4,
};

/**
 * Unpacks what a Kafka client has compressed. It holds no more than the limit, but for some kilobytes, whatever the
 * bytes would unpack to.
 * @param limit in bytes, at least 1
 * @throws UnpackError
 */
export async function unpack(compression: Compression, bytes: Buffer, limit: number): Promise<Buffer> {
  return UNPACK[compression](bytes, limit);
}

function toUnpackError(cause: Error & { readonly code?: string }): never {
  const { code = '' } = cause;
  if (OUT_OF_MEMORY.has(code)) throw cause;
  if (code === 'ERR_BUFFER_TOO_LARGE') throw new UnpackError('too-large', 'more than the limit', { cause });
  throw new UnpackError('corrupt', code, { cause });
}
