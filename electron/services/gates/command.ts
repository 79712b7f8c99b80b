import { z } from 'zod';
import { Verdict } from '../../../shared/contract/models.ts';
import { againstBounds, type Checking, type Found, inWords, said, worst } from './evaluator.ts';
import type { GateOf } from './forms.ts';
import { lastOf, runCommand, startOf } from './run-command.ts';

/** What a command may print as its last line (or its only output). */
const Answer = z.object({
  verdict: Verdict.optional(),
  value: z.number().optional(),
  message: z.string().max(2000).optional(),
  evidence: z.record(z.string().max(200), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** A command of the user's: its exit code (0 pass, 3 inconclusive, else fail) and what it printed; the worse of the two counts. */
export async function checkCommand(gate: GateOf<'command'>, checking: Checking): Promise<Found> {
  const words = inWords(gate);
  const title = `${gate.command.join(' ').slice(0, 200)}${words === '' ? '' : ` ${words}`}`;
  const ended = await runCommand(await startOf(gate.command, checking), checking, gate.timeout ?? 300);
  const { answer, wrong } = answerIn(ended.stdout);
  const evidence = [
    ...Object.entries(answer?.evidence ?? {})
      .slice(0, 50)
      .map(([label, text]) => ({ label, text: lastOf(String(text)), ref: {} })),
    ...(['stdout', 'stderr'] as const).flatMap((stream) =>
      ended[stream] === '' ? [] : [{ label: `End of ${stream}`, text: lastOf(ended[stream]), ref: {} }],
    ),
  ];
  const how = ended.signal === null ? `ended with ${ended.code}` : `was ended by ${ended.signal}`;
  const parts: { verdict: z.infer<typeof Verdict>; message: string }[] = [
    { verdict: ended.code === 0 ? 'pass' : ended.code === 3 ? 'inconclusive' : 'fail', message: `The command ${how}.` },
  ];
  if (wrong !== null) parts.push({ verdict: 'inconclusive', message: wrong });
  if (answer?.verdict) parts.push({ verdict: answer.verdict, message: `It says ${answer.verdict}.` });
  const { holds, bound } = againstBounds(answer?.value ?? Number.NaN, gate);
  if (bound)
    parts.push(
      answer?.value === undefined
        ? { verdict: 'inconclusive', message: 'It printed no JSON with a "value" to compare with the bound.' }
        : { verdict: holds ? 'pass' : 'fail', message: `Its value is ${said(answer.value)}, asked for ${words}.` },
    );
  const verdict = worst(parts.map((part) => part.verdict));
  const told = parts.filter((part) => part.verdict === verdict).map((part) => part.message);
  return {
    title,
    verdict,
    value: answer?.value ?? null,
    bound,
    evidence,
    message: [...(answer?.message ? [lastOf(answer.message)] : []), ...told].join(' '),
  };
}

function answerIn(stdout: string): { answer: z.infer<typeof Answer> | null; wrong: string | null } {
  const text = stdout.trim();
  const last = text.slice(text.lastIndexOf('\n') + 1);
  for (const piece of [text, last]) {
    if (!piece.startsWith('{')) continue;
    let value: unknown;
    try {
      value = JSON.parse(piece);
    } catch {
      continue;
    }
    const parsed = Answer.safeParse(value);
    if (parsed.success) return { answer: parsed.data, wrong: null };
    const issue = parsed.error.issues[0]!;
    return { answer: null, wrong: `Its JSON cannot be used: ${issue.path.join('.')}: ${issue.message}.` };
  }
  // Python's json.dumps writes NaN, which is no JSON: what it meant to say must not get lost
  const meant = /^\{\s*["']/.test(last);
  return { answer: null, wrong: meant ? 'Its last line looks like JSON and is none (NaN is not JSON).' : null };
}
