// A WebSocket server. Argument: a port, 0 for a free one; prints it. /echo sends everything back, /close closes with 4321,
// /ping pings and tells of the pong, /count sends how many are open.
import http from 'node:http';
import { WebSocketServer } from './ws.mjs';

const server = http.createServer((request, response) => response.end('plain'));
const sockets = new WebSocketServer({ server, maxPayload: 128 << 20, perMessageDeflate: false });
sockets.on('connection', (socket, request) => {
  socket.on('error', () => {});
  if (request.url === '/close') return socket.close(4321, 'bye');
  if (request.url === '/count') return socket.send(String(sockets.clients.size));
  if (request.url === '/ping') {
    socket.on('pong', (data) => socket.send(`pong ${data}`));
    return socket.ping('hey');
  }
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(server.address().port));
