/** A commit as a side is labelled with it. */
export type SideCommit = {
  readonly id: string;
  readonly at: number;
  readonly author: string;
  readonly message: string;
};

type Common = {
  /** what it is called: the last part of its path, whose ending says the format (the file itself may be an object of the cache) */
  readonly name: string;
  /** `working copy`, a tag, a short commit, or a file's name */
  readonly label: string;
  /** MD5 in hex (`.dir` for a folder's manifest) when it is known without reading; SHA-256 as `sha256:…` for Git LFS */
  readonly hash: string | null;
  readonly size: number | null;
  readonly commit: SideCommit | null;
};

export type LocatedFile = {
  readonly relpath: string;
  /** MD5 when it is known without reading */
  readonly md5: string | null;
  readonly size: number | null;
  /** where its bytes are: absolute, in the working copy or in the cache; null when this machine does not have them */
  readonly file: string | null;
};

/** A `DataSide` as bytes on this machine. Nothing behind it may be written to. */
export type Located =
  | (Common & { readonly kind: 'file'; readonly file: string })
  | (Common & {
      readonly kind: 'folder';
      readonly files: readonly LocatedFile[];
      /** links and what else is no file, left out; at most 1,000 */
      readonly leftOut?: readonly string[];
    });
