// WebSockets over HTTP/2 (RFC 8441) by node:http2, their frames made by hand. Arguments: a URL (http:// or https://, whose
// certificate is not checked), a scenario, a number; prints "ok".
import http2 from 'node:http2';
import { randomBytes } from 'node:crypto';

const [url, scenario, argument] = process.argv.slice(2);
const session = http2.connect(url, { rejectUnauthorized: false, settings: { initialWindowSize: 1 << 20 } });
session.on('error', (error) => fail(error));

function fail(error) {
  console.error(String(error));
  process.exit(1);
}

function expect(seen, wanted) {
  if (seen !== wanted) throw new Error(`saw ${String(seen).slice(0, 80)}, wanted ${String(wanted).slice(0, 80)}`);
}

/// A whole message of a client, masked.
function frame(opcode, payload) {
  const long = payload.length > 65535;
  const head = Buffer.alloc(payload.length < 126 ? 2 : long ? 10 : 4);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (payload.length < 126 ? payload.length : long ? 127 : 126);
  if (long) head.writeBigUInt64BE(BigInt(payload.length), 2);
  else if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; ++i) masked[i] ^= mask[i & 3];
  return Buffer.concat([head, mask, masked]);
}

async function open(path, protocol = 'websocket') {
  const stream = session.request(
    { ':method': 'CONNECT', ':protocol': protocol, ':scheme': 'https', ':path': path, ':authority': 'a.test',
      'sec-websocket-version': '13' },
    { endStream: false });
  stream.on('error', fail);
  const socket = { stream, bytes: Buffer.alloc(0), wake: () => {} };
  stream.on('data', (piece) => { socket.bytes = Buffer.concat([socket.bytes, piece]); socket.wake(); });
  const ended = new Promise((done) => stream.on('end', done));
  const headers = await new Promise((got) => stream.on('response', got));
  socket.status = headers[':status'];
  socket.ended = ended;
  const need = async (size) => {
    while (socket.bytes.length < size) await new Promise((go) => { socket.wake = go; });
  };
  socket.next = async () => {
    await need(2);
    let at = 2;
    let length = socket.bytes[1];
    if (length === 126) { await need(4); length = socket.bytes.readUInt16BE(2); at = 4; }
    if (length === 127) { await need(10); length = Number(socket.bytes.readBigUInt64BE(2)); at = 10; }
    await need(at + length);
    const message = { opcode: socket.bytes[0] & 15, payload: socket.bytes.subarray(at, at + length) };
    socket.bytes = socket.bytes.subarray(at + length);
    return message;
  };
  socket.send = (opcode, payload) => stream.write(frame(opcode, Buffer.from(payload)));
  return socket;
}

const scenarios = {
  async echo() {
    const socket = await open('/echo');
    expect(socket.status, 200);
    socket.send(1, 'hello');
    expect(String((await socket.next()).payload), 'hello');
  },
  async closes() {
    const socket = await open('/close');
    const close = await socket.next();
    expect(close.opcode, 8);
    expect(close.payload.readUInt16BE(0), 4321);
    socket.send(8, close.payload);
    await socket.ended;
    socket.stream.end();
  },
  async large() {
    const socket = await open('/echo');
    const sent = Buffer.alloc(Number(argument), 'large ');
    socket.send(2, sent);
    expect(Buffer.compare((await socket.next()).payload, sent), 0);
  },
  /// So many on the one connection, beside requests.
  async many() {
    const sockets = await Promise.all(Array.from({ length: Number(argument) }, () => open('/echo')));
    await Promise.all(sockets.map(async (socket, i) => {
      for (let round = 0; round < 5; ++round) {
        socket.send(1, `${i} in ${round}`);
        expect(String((await socket.next()).payload), `${i} in ${round}`);
      }
    }));
    const request = session.request({ ':path': '/plain' });
    let body = '';
    request.on('data', (piece) => { body += piece; });
    await new Promise((done) => request.on('end', done));
    expect(body, 'plain');
  },
  async refused() {
    expect((await open('/echo', 'connect-udp')).status, 501);
  },
};

session.on('remoteSettings', async (settings) => {
  try {
    expect(settings.enableConnectProtocol, true);
    await scenarios[scenario]();
    console.log('ok');
    process.exit(0);
  } catch (error) {
    fail(error);
  }
});
