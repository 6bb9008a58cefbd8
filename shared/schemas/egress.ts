import { z } from "zod";

/** One kind of endpoint that some process opened, was bound to, or reached for. */
export const WatchedSocket = z.strictObject({
  family: z.string(),
  /** What follows from family and address: local never leaves the kernel, loopback never the machine; a name lookup asks others on this one's behalf; unseen: a ring, which needs no further calls. */
  scope: z.enum(["local", "loopback", "outside", "lookup", "unseen"]),
  /** null: opened, and led nowhere. */
  address: z.string().nullable(),
  port: z.int().nullable(),
  calls: z.record(z.string(), z.int()),
  processes: z.int(),
});
export type WatchedSocket = z.infer<typeof WatchedSocket>;

/*
 * none     every socket of every process was seen, and none led outside
 * confined there was no network to reach, and the job did without; nobody watched what it tried
 * outside  something tried to leave
 * unclear  the trace has parts that cannot be read, or something could have gone on unseen
 */
export const EgressVerdict = z.enum(["none", "confined", "outside", "unclear"]);
export type EgressVerdict = z.infer<typeof EgressVerdict>;

export const EgressMeans = z.strictObject({ used: z.boolean(), what: z.string() });
export type EgressMeans = z.infer<typeof EgressMeans>;

/** What the self-test did and saw; its SHA-256 stands in receipts. */
export const EgressEvidence = z.strictObject({
  formatVersion: z.literal(1),
  kind: z.literal("egress"),
  at: z.iso.datetime(),
  versions: z.strictObject({ sallyport: z.string(), node: z.string(), runtime: z.string(), kernel: z.string(), strace: z.string().nullable() }),
  /** A network namespace in which there is no way out. `interfaces`: what was there inside. */
  namespace: EgressMeans.extend({ interfaces: z.array(z.string()) }),
  /** A trace of every call that has to do with the network, in every process. */
  trace: EgressMeans.extend({ calls: z.int(), processes: z.int(), unreadLines: z.int() }),
  steps: z.array(z.strictObject({ command: z.string(), exitCode: z.int(), seconds: z.number() })),
  sockets: z.array(WatchedSocket),
  verdict: EgressVerdict,
});
export type EgressEvidence = z.infer<typeof EgressEvidence>;
