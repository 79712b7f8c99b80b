import { NumberInput } from '@mantine/core';
import { useState } from 'react';

type Props = {
  id: string;
  value: number;
  min: number;
  max: number;
  /** Shown behind the number. */
  unit: string;
  /** Stored values per shown unit: 1,000,000 shows bytes as MB. */
  scale?: number;
  decimals?: number;
  onSave: (value: number) => void;
};

/** A number that is saved when it is left or Enter is pressed, never half typed; what is out of range goes to the nearest end. */
export function NumberSetting({ id, value, min, max, unit, scale = 1, decimals = 0, onSave }: Props) {
  const [draft, setDraft] = useState<number | string | null>(null);
  const save = (): void => {
    setDraft(null);
    if (draft === null || draft === '') return;
    const next = Math.min(max, Math.max(min, Number(draft) * scale));
    if (Number.isFinite(next) && next !== value) onSave(scale === 1 ? next : Math.round(next));
  };
  return (
    <NumberInput
      id={id}
      w={140}
      value={draft ?? value / scale}
      onChange={setDraft}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
        if (event.key === 'Escape') setDraft(null);
      }}
      suffix={unit ? ` ${unit}` : ''}
      min={min / scale}
      max={max / scale}
      decimalScale={decimals}
      allowNegative={false}
      clampBehavior="none"
    />
  );
}
