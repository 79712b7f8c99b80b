import { useSettings } from '../lib/use-settings.ts';
import { useChartView } from './chart-view.ts';

/** TensorBoard's smoothing weight, 0 to 0.999: what the slider shows, else the person's setting. */
export function useSmoothing() {
  const { settings, set } = useSettings();
  const { dragged, drag } = useChartView();
  return {
    weight: dragged ?? settings.smoothing,
    drag,
    keep(weight: number): void {
      set({ smoothing: weight });
      drag(null);
    },
  };
}
