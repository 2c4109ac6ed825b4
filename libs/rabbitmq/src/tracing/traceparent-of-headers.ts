/** AMQP headers hold values of many types: any other than a text is no trace. */
export function traceparentOfHeaders(headers: Readonly<Record<string, unknown>>): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}
