import { create } from 'zustand';

/** Whether the folder dialog is open (browsers have no folder dialog of their own). */
export const useFolderDialog = create<{ opened: boolean; show: () => void; hide: () => void }>((set) => ({
  opened: false,
  show: () => set({ opened: true }),
  hide: () => set({ opened: false }),
}));

/** The project whose trust is being asked about. */
export const useTrustDialog = create<{ project: string | null; ask: (project: string) => void; hide: () => void }>(
  (set) => ({
    project: null,
    ask: (project) => set({ project }),
    hide: () => set({ project: null }),
  }),
);
