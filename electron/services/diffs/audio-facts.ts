import { messageOf } from '../../../shared/errors.ts';
import { audioInfo } from '../media/audio.ts';
import type { BytesDiff, Finding } from './types.ts';

/** What two recordings say of themselves, side by side; one that cannot be read is a finding. */
export async function audioFacts(
  before: string,
  after: string,
): Promise<{ metadata: BytesDiff['metadata']; findings: Finding[] }> {
  const findings: Finding[] = [];
  const read = async (path: string, side: 'before' | 'after'): Promise<Map<string, string>> => {
    try {
      return new Map(await audioInfo(path));
    } catch (error) {
      findings.push({ code: 'audio_damaged', message: messageOf(error), side });
      return new Map();
    }
  };
  const [old, now] = [await read(before, 'before'), await read(after, 'after')];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return {
    metadata: names.map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null })),
    findings,
  };
}
