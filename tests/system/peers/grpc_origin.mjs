// A gRPC server in cleartext HTTP/2, its messages made by hand. Argument: a port, 0 for a free one; prints it.
// grpc.health.v1.Health/Check says SERVING of the whole server and of "shop.Orders", until a SIGUSR2; then NOT_SERVING.
// shop.Orders/Get sends its message back; then it refuses every call with UNAVAILABLE.
import http2 from 'node:http2';

const frame = (message) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};
const refuse = (stream, status) =>
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status }, { endStream: true });
const answer = (stream, bytes) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(bytes);
};
let serving = 1;
process.on('SIGUSR2', () => { serving = 2; });

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  const pieces = [];
  stream.on('error', () => {});
  stream.on('data', (piece) => pieces.push(piece));
  stream.on('end', () => {
    const request = Buffer.concat(pieces);
    if (headers[':path'] === '/shop.Orders/Get') return serving === 1 ? answer(stream, request) : refuse(stream, '14');
    if (headers[':path'] !== '/grpc.health.v1.Health/Check') return refuse(stream, '12');
    const name = request.subarray(7).toString();
    if (name !== '' && name !== 'shop.Orders') return refuse(stream, '5');
    answer(stream, frame(Buffer.from([8, serving])));
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(server.address().port));
