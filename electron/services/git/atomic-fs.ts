import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';

type Write = typeof fs.promises.writeFile;

/** isomorphic-git writes objects, refs and the index in place: whoever dies then leaves half an object, which git calls corrupt. */
const writeFile: Write = async (file, data, options) => {
  if (typeof file !== 'string') return fs.promises.writeFile(file, data, options);
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await fs.promises.writeFile(temporary, data, options);
    await fs.promises.rename(temporary, file);
  } catch (error) {
    await fs.promises.rm(temporary, { force: true });
    throw error;
  }
};

/** A file system for isomorphic-git in which a file is written as a whole or not at all. */
export const atomicFs = { promises: { ...fs.promises, writeFile } };
