/** Runs sandboxed beside the page: hands it the way to the host, and the few things that only the shell can do. */
import { contextBridge, ipcRenderer } from 'electron';
import { exposeBridge } from './app/bridge.ts';

exposeBridge({ contextBridge, ipcRenderer, page: window, platform: process.platform });
