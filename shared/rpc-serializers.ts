/**
 * What oRPC's wire format lacks and runs have: infinities, which would arrive as null. Both ends must know it:
 * `new RPCHandler(router, { customJsonSerializers })` and `new RPCLink({ …, customJsonSerializers })`.
 */
export const customJsonSerializers = [
  {
    // oRPC's own types are below 20
    type: 20,
    condition: (data: unknown): boolean => data === Number.POSITIVE_INFINITY || data === Number.NEGATIVE_INFINITY,
    serialize: (data: unknown): unknown => ((data as number) > 0 ? '+' : '-'),
    deserialize: (data: unknown): unknown => (data === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
  },
];
