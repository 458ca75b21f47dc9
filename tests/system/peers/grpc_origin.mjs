// A gRPC server in cleartext HTTP/2, its messages made by hand. Argument: a port, 0 for a free one; prints it.
// grpc.health.v1.Health/Check says SERVING of the whole server and of "shop.Orders", until a SIGUSR2; then NOT_SERVING.
import http2 from 'node:http2';

const frame = (message) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};
let serving = 1;
process.on('SIGUSR2', () => { serving = 2; });

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  const pieces = [];
  stream.on('error', () => {});
  stream.on('data', (piece) => pieces.push(piece));
  stream.on('end', () => {
    if (headers[':path'] !== '/grpc.health.v1.Health/Check')
      return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true });
    const name = Buffer.concat(pieces).subarray(7).toString();
    if (name !== '' && name !== 'shop.Orders')
      return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame(Buffer.from([8, serving])));
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(server.address().port));
