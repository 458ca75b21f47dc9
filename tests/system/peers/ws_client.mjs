// WebSocket clients. Arguments: a URL (ws:// or wss://, whose certificate is not checked) and a scenario; prints "ok".
import { WebSocket } from './ws.mjs';

const [url, scenario, argument] = process.argv.slice(2);
const options = { rejectUnauthorized: false, perMessageDeflate: false, maxPayload: 128 << 20 };

function open(path) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url + path, options);
    socket.on('error', reject);
    socket.closed = new Promise((done) => socket.on('close', (code, reason) => done({ code, reason: String(reason) })));
    socket.waiting = [];
    socket.came = [];
    socket.on('message', (data) => (socket.waiting.length ? socket.waiting.shift()(data) : socket.came.push(data)));
    socket.next = () =>
      new Promise((got) => (socket.came.length ? got(socket.came.shift()) : socket.waiting.push(got)));
    socket.on('open', () => resolve(socket));
  });
}

function expect(seen, wanted) {
  if (seen !== wanted) throw new Error(`saw ${String(seen).slice(0, 80)}, wanted ${String(wanted).slice(0, 80)}`);
}

const scenarios = {
  async fragments() {
    const socket = await open('/echo');
    for (const part of ['in ', 'many ']) socket.send(part, { fin: false });
    socket.ping('between');
    socket.send('parts', { fin: true });
    expect(String(await socket.next()), 'in many parts');
  },
  async large() {
    const socket = await open('/echo');
    const sent = Buffer.alloc(Number(argument), 'large ');
    socket.send(sent);
    expect(Buffer.compare(await socket.next(), sent), 0);
  },
  async pings() {
    const socket = await open('/echo');
    const pong = new Promise((got) => socket.on('pong', (data) => got(String(data))));
    socket.ping('abc');
    expect(await pong, 'abc');
    expect(String(await (await open('/ping')).next()), 'pong hey');
  },
  async closes() {
    const end = await (await open('/close')).closed;
    expect(end.code, 4321);
    expect(end.reason, 'bye');
    const socket = await open('/echo');
    socket.close(3000, 'enough');
    expect((await socket.closed).code, 3000);
  },
  /// So many at once, each with messages of its own.
  async many() {
    const sockets = [];
    while (sockets.length < Number(argument))
      sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => open('/echo')))));
    await Promise.all(
      sockets.map(async (socket, i) => {
        socket.send(`message ${i}`);
        expect(String(await socket.next()), `message ${i}`);
      }),
    );
    expect(String(await (await open('/count')).next()), String(sockets.length + 1));
  },
  /// Stays until the other side ends it; says when it is open.
  async stay() {
    const socket = await open('/echo');
    console.log('open');
    console.log((await socket.closed).code);
  },
};

await scenarios[scenario]();
console.log('ok');
process.exit(0);
