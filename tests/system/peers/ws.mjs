// The package ws: from where node looks for it, or Debian's node-ws.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let found;
try {
  found = require('ws');
} catch {
  found = require('/usr/share/nodejs/ws');
}
export const WebSocket = found.WebSocket ?? found;
export const WebSocketServer = found.WebSocketServer ?? found.Server;
