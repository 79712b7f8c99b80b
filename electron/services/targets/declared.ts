import { z } from 'zod';

const common = {
  /** `approved`: only approved versions may go there; anything goes when it is not said */
  requires: z.literal('approved').optional(),
};
const network = {
  /** a file with the certificates of the authorities to trust, from the project's folder */
  ca: z.string().min(1).max(4096).optional(),
};
const Url = z
  .string()
  .min(1)
  .max(2000)
  .refine((url) => !/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#@]*:[^/?#]*@/i.test(url), {
    message:
      'holds a user name and a password, which would be committed. Leave them out; "assay targets login" keeps them',
  })
  .refine((url) => !/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(url), {
    message: 'holds a user name. Leave it out; "assay targets login" keeps it',
  });

/** One of `targets:` of `assay.yaml`. Secrets are never here (strict objects refuse `token:` and `password:` with their line). */
export const DeclaredTarget = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('mlflow'),
    url: Url,
    /** where its runs go; the model's name when it is not said */
    experiment: z.string().min(1).max(250).optional(),
    /** lets a secret go to an http:// address that is not this machine's */
    insecure: z.boolean().optional(),
    ...common,
    ...network,
  }),
  z.strictObject({
    type: z.literal('oci'),
    /** host[:port]/namespace, as docker writes it; http:// is allowed for loopback addresses and with `insecure` */
    url: Url,
    insecure: z.boolean().optional(),
    /** also push a KitOps ModelKit under `<version>-kit` */
    modelkit: z.boolean().optional(),
    ...common,
    ...network,
  }),
  z.strictObject({
    type: z.literal('huggingface'),
    /** endpoint; the public Hub when it is not said */
    url: Url.optional(),
    /** user or organisation; the signed-in user when it is not said */
    namespace: z.string().min(1).max(100).optional(),
    private: z.boolean().optional(),
    /** lets a token go to an http:// address that is not this machine's */
    insecure: z.boolean().optional(),
    ...common,
    ...network,
  }),
  z.strictObject({
    type: z.literal('s3'),
    /** s3://bucket/prefix */
    url: Url,
    endpoint: Url.optional(),
    region: z.string().max(100).optional(),
    profile: z.string().max(100).optional(),
    ...common,
    ...network,
  }),
  z.strictObject({
    type: z.literal('folder'),
    /** from the project's folder, or absolute */
    path: z.string().min(1).max(4096),
    ...common,
  }),
]);
export type DeclaredTarget = z.infer<typeof DeclaredTarget>;

/** `targets:` of `assay.yaml`, by name. */
export const DeclaredTargets = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]*$/i, 'a target has letters, digits, - and _'),
  DeclaredTarget,
);
