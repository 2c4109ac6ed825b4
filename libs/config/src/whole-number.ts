import { z } from 'zod';

/** A whole number in plain decimal digits: none of the other forms that JavaScript would read as one, such as `1e3`. */
export const wholeNumber = (
  min: number,
  max: number,
  message = `must be a whole number from ${min} to ${max}`,
) =>
  z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((number) => number >= min && number <= max, message);
