import { AppError, messageOf } from '../../../shared/errors.ts';

const MAX_TEXT = 500;

/**
 * What a recording says of itself, as pairs of name and text: duration, codec, rate, channels, tags. Only its head is read where that is enough.
 * @throws AppError BAD_REQUEST, finding `audio_damaged`
 */
export async function audioInfo(path: string): Promise<[name: string, value: string][]> {
  const { parseFile } = await import('music-metadata');
  let found: Awaited<ReturnType<typeof parseFile>>;
  try {
    found = await parseFile(path, { duration: true, skipCovers: true });
  } catch (error) {
    throw damaged(messageOf(error).split('\n')[0]!.slice(0, 200), error);
  }
  const { format, common } = found;
  if (format.codec === undefined && format.sampleRate === undefined) throw damaged('there is none in it');
  const pairs: [string, string | number | undefined][] = [
    ['Container', format.container],
    ['Codec', format.codec],
    ['Duration', format.duration === undefined ? undefined : `${Number(format.duration.toFixed(3))} s`],
    ['Sample rate', format.sampleRate && `${format.sampleRate} Hz`],
    ['Channels', format.numberOfChannels],
    ['Bits a sample', format.bitsPerSample],
    ['Bit rate', format.bitrate && `${Math.round(format.bitrate / 1000)} kbit/s`],
    ['Lossless', format.lossless === undefined ? undefined : format.lossless ? 'yes' : 'no'],
    ['Title', common.title],
    ['Artist', common.artist],
    ['Album', common.album],
    ['Track', common.track.no ?? undefined],
    ['Year', common.year],
    ['Genre', common.genre?.join(', ')],
    ['Comment', common.comment?.map((one) => one.text ?? '').join('; ')],
  ];
  return pairs.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value).slice(0, MAX_TEXT)] as [string, string]],
  );
}

const damaged = (why: string, cause?: unknown): AppError =>
  new AppError('BAD_REQUEST', `Its sound cannot be read: ${why}.`, { finding: 'audio_damaged' }, { cause });
