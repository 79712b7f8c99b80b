import { create } from 'zustand';
import { remember, remembered } from '../lib/remembered.ts';
import type { XKind } from './figures/x-axis.ts';

export type ChartView = {
  readonly x: XKind;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly ignoreOutliers: boolean;
};

const NAME = 'charts.view';
const USUAL: ChartView = { x: 'step', logX: false, logY: false, ignoreOutliers: false };

type Store = ChartView & {
  /** The weight while the slider is dragged; null when the setting counts. */
  dragged: number | null;
  set(change: Partial<ChartView>): void;
  drag(weight: number | null): void;
};

/** How all charts are drawn; remembered by this browser. The smoothing weight is a setting of the person, see `useSmoothing`. */
export const useChartView = create<Store>((set, get) => ({
  ...USUAL,
  ...remembered<Partial<ChartView>>(NAME, {}),
  dragged: null,
  set(change) {
    set(change);
    const { x, logX, logY, ignoreOutliers } = get();
    remember(NAME, { x, logX, logY, ignoreOutliers });
  },
  drag: (dragged) => set({ dragged }),
}));
