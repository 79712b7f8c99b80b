import { parentPort } from 'node:worker_threads';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { decodeBmp } from './bmp.ts';
import { heatOf } from './heat.ts';
import { countPixels } from './pixels.ts';
import type { MediaAnswer, MediaQuestion } from './protocol.ts';
import { similarPairs } from './similar.ts';

function answer(question: MediaQuestion): { output: unknown; give: ArrayBuffer[] } {
  switch (question.call) {
    case 'bmp': {
      // what crosses between threads is no Buffer any more
      const pixels = decodeBmp(
        Buffer.from(question.input.bytes.buffer, question.input.bytes.byteOffset, question.input.bytes.length),
      );
      return { output: { pixels }, give: [pixels.buffer] };
    }
    case 'compare':
      return { output: countPixels(question.input.before, question.input.after), give: [] };
    case 'heat': {
      const heat = heatOf(question.input);
      return { output: heat, give: [heat.data.buffer] };
    }
    case 'similar':
      return { output: { pairs: similarPairs(question.input) }, give: [] };
  }
}

parentPort!.on('message', (question: MediaQuestion) => {
  try {
    const { output, give } = answer(question);
    parentPort!.postMessage({ output } satisfies MediaAnswer, give);
  } catch (error) {
    const finding = error instanceof AppError ? String(error.data.finding) : null;
    parentPort!.postMessage({ error: messageOf(error), finding } satisfies MediaAnswer);
  }
});
