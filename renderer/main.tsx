import './lib/zod-jitless.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/global.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { applySchemeBeforePaint } from './app/scheme.ts';
import { connect } from './lib/connection.ts';
import { followEvents } from './lib/events.ts';
import { queryClient } from './lib/query.ts';

applySchemeBeforePaint();
connect();
void followEvents(queryClient);
createRoot(document.getElementById('root')!).render(<App />);
